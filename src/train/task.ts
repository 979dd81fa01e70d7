/** What is to be minimised, as graphs: the model on a batch, its loss and metrics, with gradients or without. */

import { gradients } from '../autodiff/gradients.ts';
import type { Normalization } from '../base/normalization.ts';
import type { FieldSpec } from '../data/dataset.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph } from '../graph/graph.ts';
import { mean, sum } from '../graph/reduction.ts';
import { simplify } from '../graph/simplify.ts';
import type { Builder, Tensor } from '../graph/tensor.ts';
import { describe, type ModelDescription } from '../nn/describe.ts';
import { type Model, traceForward } from '../nn/forward.ts';
import type { Loss } from '../nn/loss/loss.ts';
import { lossPerExample } from '../nn/loss/table.ts';
import type { Metric } from '../nn/metric/metric.ts';
import { metricPerExample } from '../nn/metric/table.ts';
import { normalize } from '../nn/normalize.ts';

/** A model, what it is fed and what is measured. Plain data, but for a model that is a function. */
export interface Task {
  readonly model: Model;
  readonly input: FieldSpec;
  readonly target: FieldSpec;
  readonly normalization: Normalization;
  readonly loss: Loss;
  /** Measures beside the loss, by the name that they are reported under. */
  readonly metrics: Readonly<Record<string, Metric>>;
}

/** Names of graph inputs and outputs; parameters and masks keep their own names, which hold a "/". */
export const inputName = 'input';
export const targetName = 'target';
export const outputName = 'output';
export const lossName = 'loss';
export const metricName = (name: string) => `metric:${name}`;
export const gradientName = (parameter: string) => `gradient:${parameter}`;

/** Parameters, masks, layers and shapes of the task's model for batches of `length`. Throws where shapes do not fit. */
export function describeTask(task: Task, length: number): ModelDescription {
  return describe(task.model, { shape: [length, ...task.input.shape], dtype: 'float32' });
}

interface Traced {
  readonly builder: GraphBuilder;
  readonly parameters: ReadonlyMap<string, Tensor>;
  readonly output: Tensor;
}

function traceModel(task: Task, length: number, training: boolean): Traced {
  const builder = new GraphBuilder();
  const raw = builder.input(inputName, { shape: [length, ...task.input.shape], dtype: task.input.dtype });
  const parameters = new Map<string, Tensor>();
  const { output } = traceForward(task.model, normalize(raw, task.normalization), {
    training,
    parameter: ({ name, shape }) => {
      const tensor = builder.input(name, { shape, dtype: 'float32' });
      parameters.set(name, tensor);
      return tensor;
    },
  });
  return { builder, parameters, output };
}

function targetOf(task: Task, builder: Builder, length: number): Tensor {
  return builder.input(targetName, { shape: [length, ...task.target.shape], dtype: task.target.dtype });
}

/**
 * Mean loss, metrics and the gradient by every parameter but the frozen ones, for a batch of `length`; dropout and its
 * like act.
 */
export function traceTraining(task: Task, length: number, frozen: ReadonlySet<string> = new Set()): Graph {
  const { builder, parameters, output } = traceModel(task, length, true);
  const target = targetOf(task, builder, length);
  const loss = mean(lossPerExample(task.loss, output, target));
  const outputs = new Map([[lossName, loss]]);
  for (const [name, metric] of Object.entries(task.metrics)) {
    outputs.set(metricName(name), mean(metricPerExample(metric, output, target)));
  }
  const moving = [...parameters].filter(([name]) => !frozen.has(name));
  gradients(
    loss,
    moving.map(([, tensor]) => tensor),
  ).forEach((gradient, i) => {
    outputs.set(gradientName(moving[i]![0]), gradient);
  });
  return simplify(builder.finish(outputs));
}

/** Sums of loss and metrics over a batch of `length`, as the model is used: sums, so that batches of any length add up. */
export function traceEvaluation(task: Task, length: number): Graph {
  const { builder, output } = traceModel(task, length, false);
  const target = targetOf(task, builder, length);
  const outputs = new Map([[lossName, sum(lossPerExample(task.loss, output, target))]]);
  for (const [name, metric] of Object.entries(task.metrics)) {
    outputs.set(metricName(name), sum(metricPerExample(metric, output, target)));
  }
  return simplify(builder.finish(outputs));
}

/** The model alone, raw input to output: what is exported, and what predicts. */
export function traceInference(task: Pick<Task, 'model' | 'input' | 'normalization'>, length: number): Graph {
  const { builder, output } = traceModel({ ...task } as Task, length, false);
  return simplify(builder.finish(new Map([[outputName, output]])));
}
