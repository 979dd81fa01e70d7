/** What a search for a learning rate tells on the way. */

/** What one rate came to. */
export interface RatePoint {
  readonly learningRate: number;
  /** Mean loss of the last fifth of the steps; Infinity where it diverged. */
  readonly loss: number;
  /** Steps taken; fewer than asked for where it left the finite numbers. */
  readonly steps: number;
  readonly diverged: boolean;
}

/** After each step of a search. */
export interface RateStepEvent {
  readonly type: 'step';
  readonly learningRate: number;
  /** Of this step's batch, smoothed; Infinity where it diverged. */
  readonly loss: number;
  /** Of this rate in `'first-steps'`, of the search in `'range-test'`; from 1. */
  readonly step: number;
  readonly steps: number;
}

/** When a rate of `'first-steps'` is done. */
export interface RateEvent extends RatePoint {
  readonly type: 'rate';
  /** Rates done, and rates planned so far: a grid that is widened plans more. */
  readonly tried: number;
  readonly planned: number;
}

/** What a search tells. */
export type RateSearchEvent = RateStepEvent | RateEvent;
