import { number, type OptionSpecs, optional, readOptions, withDefault } from '../../base/option-spec.ts';
import { type Duration, durationSpec, progress } from '../schedule/duration.ts';
import type { AveragingState } from './averaging-state.ts';

/** An exponential moving average, as data. */
export interface ExponentialAverage {
  readonly averaging: 'exponential';
  readonly decay: number;
  readonly from?: Duration;
}

/** Options of `exponentialAverage`. */
export interface ExponentialAverageOptions {
  /** β in [0, 1). Default 0.999, about the last thousand steps. */
  readonly decay?: number;
  /** When averaging begins. Default at the first step. */
  readonly from?: Duration;
}

export const exponentialAverageOptions = {
  decay: withDefault(number({ min: 0, max: 1, exclusiveMax: true }), 0.999),
  from: optional(durationSpec),
} satisfies OptionSpecs;

/**
 * The exponential moving average of the parameters: θ̄ ← βθ̄ + (1−β)θ after every step (Polyak and Juditsky, 1992). Until
 * 1/(1−β) points are in it, it is their plain mean, so that the first of them does not weigh more than its share.
 *
 * ```ts
 * exponentialAverage({ decay: 0.999, from: epochs(1) });
 * ```
 */
export function exponentialAverage(options: ExponentialAverageOptions = {}): ExponentialAverage {
  return Object.freeze({
    averaging: 'exponential',
    ...readOptions('exponentialAverage', exponentialAverageOptions, options),
  });
}

export function exponentialWeight({ decay, from }: ExponentialAverage, { after, averaged }: AveragingState): number {
  if (from !== undefined && progress(from, after) < 1) return 0;
  return Math.max(1 - decay, 1 / (averaged + 1));
}
