/** A task's model, traced for what is done with its weights before training. */

import { GraphBuilder } from '../graph/builder.ts';
import type { Tensor } from '../graph/tensor.ts';
import { traceForward } from '../nn/forward.ts';
import { normalize } from '../nn/normalize.ts';
import type { ParameterSpec } from '../nn/parameter.ts';
import { type WeightedSum, weightedSums } from '../nn/weighted-sums.ts';
import { inputName, type Task } from './task.ts';

export interface TracedWeights {
  /** Of a graph whose inputs are the raw input and the parameters. */
  readonly builder: GraphBuilder;
  readonly output: Tensor;
  readonly parameters: readonly ParameterSpec[];
  readonly sums: readonly WeightedSum[];
}

/** The model on batches of `length`, with dropout and its like off, and its weighted sums. */
export function traceWeights(task: Task, length: number): TracedWeights {
  const builder = new GraphBuilder();
  const input = builder.input(inputName, { shape: [length, ...task.input.shape], dtype: task.input.dtype });
  const tensors = new Map<string, Tensor>();
  const { output, parameters } = traceForward(task.model, normalize(input, task.normalization), {
    training: false,
    parameter: ({ name, shape }) => {
      const tensor = builder.input(name, { shape, dtype: 'float32' });
      tensors.set(name, tensor);
      return tensor;
    },
  });
  return { builder, output, parameters, sums: weightedSums(tensors, output) };
}
