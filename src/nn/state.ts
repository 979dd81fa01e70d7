/**
 * What a model keeps beside its parameters: numbers that are not trained but that steps change, such as the running
 * statistics of batch normalization, or the hidden state that a recurrent layer carries to the next batch.
 */

import type { Shape } from '../base/shape.ts';

/** A state as its layer declared it. */
export interface StateSpec {
  /** The path of its layer and its own name: `norm1/mean`. Unique in a model; the graph's input. */
  readonly name: string;
  readonly shape: Shape;
  /** Number of elements. */
  readonly count: number;
  /** What every element starts from. */
  readonly initial: number;
  /** Whether the first axis counts the examples of a batch: such a state belongs to a run, not to the trained model. */
  readonly perExample: boolean;
}

/**
 * What normalization layers normalise by. `batch`: the statistics of the minibatch, while the running ones follow;
 * `running`: the running ones, while they go on following; `frozen`: the running ones, which stay as they are; `measured`:
 * those of the minibatch, and the states become mean and biased variance of this one minibatch (`populationStatistics`).
 */
export type Statistics = 'batch' | 'running' | 'frozen' | 'measured';

/** The values that the states start from. */
export function initialStates(states: readonly StateSpec[]): Map<string, Float32Array> {
  return new Map(states.map(({ name, count, initial }) => [name, new Float32Array(count).fill(initial)]));
}
