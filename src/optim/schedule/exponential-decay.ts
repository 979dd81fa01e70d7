import { OptionError } from '../../base/errors.ts';
import { number, type OptionSpecs, optional, readOptions } from '../../base/option-spec.ts';
import { checkNumber } from '../../base/options.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds, power } from './curve.ts';
import { type Duration, durationSpec, progress } from './duration.ts';

/** `exponentialDecay` as data. */
export interface ExponentialDecay {
  readonly from: number;
  readonly factor: number;
  readonly every: Duration;
  /** Where it stops; absent if it never does. */
  readonly limit?: number;
}

const exponentialDecayOptions = {
  from: number({ min: 0 }),
  factor: number({ min: 0 }),
  every: durationSpec,
  limit: optional(number({ min: 0 })),
} satisfies OptionSpecs;

/**
 * The same factor in the same time, smoothly: from · factor^(k/T).
 *
 * - `from` ≥ 0.
 * - `factor` ≥ 0, for each duration `every` T. Above 1 it rises, and then needs a limit.
 * - `limit`: the value at which it stops, as `end_value` of optax; none by default, as in PyTorch's ExponentialLR.
 *
 * ```ts
 * adam({ learningRate: exponentialDecay({ from: 0.001, factor: 0.95, every: epochs(1) }) });
 * ```
 */
export const exponentialDecay = schedule<ExponentialDecay>({
  name: 'exponentialDecay',
  options: exponentialDecayOptions,
  complete: (options) => {
    const place = 'exponentialDecay';
    const read = readOptions(place, exponentialDecayOptions, options);
    const { from, factor, limit } = read;
    if (limit !== undefined) checkNumber(place, 'limit', limit, factor > 1 ? { min: from } : { min: 0, max: from });
    else if (factor > 1) {
      throw new OptionError('option/missing', `the factor ${factor} lets it grow without limit`, {
        place,
        mend: 'Give a limit too.',
      });
    }
    return read;
  },
  at: (options, position) => curve(options, progress(options.every, position)),
  bounds: (options, before) => curveBounds((part) => curve(options, part), options.every, before),
  tail: (options) => {
    const end = curve(options, Number.POSITIVE_INFINITY);
    return end > 0 || options.from === 0
      ? staysAt(end)
      : { power: Number.POSITIVE_INFINITY, reason: 'it falls geometrically' };
  },
});

function curve({ from, factor, limit }: ExponentialDecay, part: number): number {
  // From 0 it stays at 0, however it grows.
  const value = from === 0 ? 0 : from * power(factor, part);
  if (limit === undefined) return value;
  return factor > 1 ? Math.min(value, limit) : Math.max(value, limit);
}
