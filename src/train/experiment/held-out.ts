import { OptionError } from '../../base/errors.ts';
import {
  count,
  flag,
  nested,
  number,
  type OptionSpec,
  type OptionSpecs,
  optional,
  path,
  seed,
  withDefault,
} from '../../base/option-spec.ts';

/** A part of a set, drawn at random: `count` or `fraction`, not both. */
export interface HeldOut {
  readonly count?: number;
  readonly fraction?: number;
  /** Every class keeps its share. Default false. */
  readonly stratified?: boolean;
  /** The same seed draws the same part, whatever the run's seed. Default 0. */
  readonly seed?: number;
}

const heldOutOptions = {
  count: optional(count),
  fraction: optional(number({ min: 0, max: 1, exclusiveMin: true, exclusiveMax: true })),
  stratified: withDefault(flag, false),
  seed: withDefault(seed, 0),
} satisfies OptionSpecs;

function checkOne(held: HeldOut): void {
  if ((held.count === undefined) !== (held.fraction === undefined)) return;
  const both = held.count !== undefined;
  throw new OptionError('option/form', both ? 'both count and fraction are given' : 'count and fraction are missing', {
    mend: 'Give one of them: { "count": 5000 } or { "fraction": 0.1 }.',
  });
}

/** An option that is a part of a set. */
export const heldOutSpec: OptionSpec<HeldOut> = nested(heldOutOptions, {
  check: checkOne,
  schema: {
    oneOf: [{ required: ['count'] }, { required: ['fraction'] }],
    $comment: '{ "count": 5000 } or { "fraction": 0.1 }',
  },
});

/** The test set of a file or folder: another one, or a part of it. */
export const testSpec: OptionSpec<string | HeldOut> = {
  read: (place, name, value) =>
    typeof value === 'string' ? path.read(place, name, value) : heldOutSpec.read(place, name, value),
  schema: { anyOf: [path.schema, heldOutSpec.schema] },
};
