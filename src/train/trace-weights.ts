/** A task's model, traced for what is done with its weights before training. */

import { type WeightedSum, weightedSums } from '../nn/weighted-sums.ts';
import { type Task, type TracedModel, traceModel } from './task.ts';

/** Of a graph whose inputs are the raw input, the parameters and the states. */
export interface TracedWeights extends TracedModel {
  readonly sums: readonly WeightedSum[];
}

/** The model on batches of `length`, with dropout and its like off, and its weighted sums. */
export function traceWeights(task: Task, length: number): TracedWeights {
  const traced = traceModel(task, length, { training: false });
  return { ...traced, sums: weightedSums(traced.tensors, ...traced.outputs.values()) };
}
