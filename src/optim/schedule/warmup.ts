import { number, type OptionSpecs, oneOf, readOptions, withDefault } from '../../base/option-spec.ts';
import { checkNumber } from '../../base/options.ts';
import { boundsOf, type Schedule, schedule, tailOf, valueAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import {
  beforeAfter,
  type Duration,
  durationSpec,
  firstPosition,
  isOver,
  positionAfter,
  progress,
} from './duration.ts';
import { valueSpec } from './nested.ts';
import { ramps } from './ramp.ts';

/** Options of `warmup`. */
export interface WarmupOptions {
  readonly from: number;
  readonly over: Duration;
  readonly into: number | Schedule;
  readonly shape?: 'linear' | 'cosine' | 'exponential';
}

/** `warmup` with all its options. */
export type Warmup = Required<WarmupOptions>;

const warmupOptions = {
  from: number(),
  over: durationSpec,
  into: valueSpec,
  shape: withDefault(oneOf(['linear', 'cosine', 'exponential']), 'linear'),
} satisfies OptionSpecs;

/**
 * From a start value to the first value of another schedule, which then takes over without a jump and counts from there:
 * with a = k/τ, linear (1 − a)·from + a·first (Goyal et al., 2017), and that schedule at k − τ once k ≥ τ.
 *
 * - `from`: a finite number; 0 makes the first step idle.
 * - `over` τ: a duration with its unit.
 * - `into`: a number or a schedule. A `fraction` in it stays a part of the whole training: after `fraction(0.1)` of
 *   warm-up, `fraction(0.9)` is left.
 * - `shape`: `'linear'` (default), as in the paper; `'cosine'`, half a wave; `'exponential'`, the same factor in the same
 *   time, for which both values must be above 0.
 *
 * ```ts
 * const decay = cosineDecay({ from: 0.1, over: epochs(85) });
 * momentum({ learningRate: warmup({ from: 0.01, over: epochs(5), into: decay }) });
 * ```
 */
export const warmup = schedule<Warmup, WarmupOptions>({
  name: 'warmup',
  options: warmupOptions,
  complete: (options) => {
    const place = 'warmup';
    const read = readOptions(place, warmupOptions, options);
    const range = read.shape === 'exponential' ? { min: 0, exclusiveMin: true } : {};
    checkNumber(place, 'the first value of into', valueAt(read.into, firstPosition), range);
    checkNumber(place, 'from', read.from, range);
    return read;
  },
  at: (options, position) => {
    if (isOver(options.over, position)) return valueAt(options.into, positionAfter(options.over, position));
    return ramp(options, progress(options.over, position));
  },
  bounds: (options, before) => {
    const [least, most] = curveBounds((part) => ramp(options, part), options.over, before);
    const rest = beforeAfter(options.over, before);
    if (rest === 'ended') return [least, most];
    const [leastAfter, mostAfter] = boundsOf(options.into, rest);
    return [Math.min(least, leastAfter), Math.max(most, mostAfter)];
  },
  tail: ({ into }) => tailOf(into),
});

function ramp({ from, into, shape }: Warmup, part: number): number {
  return ramps[shape](from, valueAt(into, firstPosition), part);
}
