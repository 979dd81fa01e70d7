import { type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { type Duration, durationSpec, epochs, fraction, progress } from '../schedule/duration.ts';
import type { AveragingState } from './averaging-state.ts';

/** Stochastic weight averaging, as data. */
export interface StochasticWeightAverage {
  readonly averaging: 'stochasticWeight';
  readonly from: Duration;
  readonly every: Duration;
}

/** Options of `stochasticWeightAverage`. */
export interface StochasticWeightAverageOptions {
  /** When averaging begins. Default after 75 % of training, as in the paper's experiments. */
  readonly from?: Duration;
  /** How often a point is taken in, counted from the start of training: with a cyclic rate, its period. Default each epoch. */
  readonly every?: Duration;
}

export const stochasticWeightAverageOptions = {
  from: withDefault(durationSpec, fraction(0.75)),
  every: withDefault(durationSpec, epochs(1)),
} satisfies OptionSpecs;

/**
 * Stochastic weight averaging: the plain mean of the parameters at the end of every epoch (or cycle of the rate) in the
 * last part of training, which lies in flatter valleys than its points (Izmailov et al., 2018). Keep the learning rate
 * constant or cyclic, and high, while it averages.
 *
 * ```ts
 * stochasticWeightAverage({ from: epochs(8), every: epochs(1) });
 * ```
 */
export function stochasticWeightAverage(options: StochasticWeightAverageOptions = {}): StochasticWeightAverage {
  return Object.freeze({
    averaging: 'stochasticWeight',
    ...readOptions('stochasticWeightAverage', stochasticWeightAverageOptions, options),
  });
}

/** Positions are sums of many fractions of an epoch: a multiple may be missed by rounding. */
const rounding = 1e-9;

export function stochasticWeightWeight(
  { from, every }: StochasticWeightAverage,
  { before, after, averaged }: AveragingState,
): number {
  if (progress(from, after) < 1 - rounding) return 0;
  const cycles = (position: AveragingState['after']) => Math.floor(progress(every, position) + rounding);
  return cycles(after) > cycles(before) ? 1 / (averaged + 1) : 0;
}
