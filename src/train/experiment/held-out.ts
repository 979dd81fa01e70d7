import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { checkBoolean, checkNumber, checkObject, checkOptionNames, seedRange } from '../../base/options.ts';

/** A part of a set, drawn at random: `count` or `fraction`, not both. */
export interface HeldOut {
  readonly count?: number;
  readonly fraction?: number;
  /** Every class keeps its share. Default false. */
  readonly stratified?: boolean;
  /** The same seed draws the same part, whatever the run's seed. Default 0. */
  readonly seed?: number;
}

export const heldOutKeys = ['count', 'fraction', 'stratified', 'seed'] as const;

/** Reads the part `name` of an experiment: `validation`, or `data.test`. */
export function readHeldOut(name: string, value: unknown): HeldOut {
  const where = `experiment: ${name}`;
  const given = checkObject('experiment', name, value, '{ "count": 5000 } or { "fraction": 0.1 }');
  checkOptionNames(where, given, heldOutKeys);
  const { count, fraction, stratified, seed } = given;
  if ((count === undefined) === (fraction === undefined)) {
    throw new OptionError('option/form', 'one of count and fraction is needed, and only one', { place: where });
  }
  const inside = { min: 0, max: 1, exclusiveMin: true, exclusiveMax: true };
  return frozen({
    ...(count === undefined ? {} : { count: checkNumber(where, 'count', count, { integer: true, min: 1 }) }),
    ...(fraction === undefined ? {} : { fraction: checkNumber(where, 'fraction', fraction, inside) }),
    stratified: checkBoolean(where, 'stratified', stratified ?? false),
    seed: checkNumber(where, 'seed', seed ?? 0, seedRange),
  });
}
