/** What is to be minimised, as graphs: the model on a batch, its loss and metrics, with gradients or without. */

import { gradients } from '../autodiff/gradients.ts';
import { OptionError } from '../base/errors.ts';
import { suggestion } from '../base/nearest.ts';
import type { Normalization } from '../base/normalization.ts';
import type { FieldSpec } from '../data/dataset.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { add, mul } from '../graph/elementwise.ts';
import { foldScales } from '../graph/fold-scale.ts';
import type { Graph } from '../graph/graph.ts';
import { fill } from '../graph/leaf.ts';
import { simplify } from '../graph/simplify.ts';
import type { Builder, Tensor } from '../graph/tensor.ts';
import { describe, type ModelDescription } from '../nn/describe.ts';
import { type AuxiliaryOutput, type Forward, type ForwardOptions, type Model, traceForward } from '../nn/forward.ts';
import type { Loss } from '../nn/loss/loss.ts';
import type { WeightedLossPerOutput } from '../nn/loss/per-output.ts';
import { applyLoss, lossSums } from '../nn/loss/table.ts';
import type { Metrics, MetricsPerOutput } from '../nn/metric/per-output.ts';
import { metricOfBatch } from '../nn/metric/table.ts';
import { normalize } from '../nn/normalize.ts';
import type { StateSpec, Statistics } from '../nn/state.ts';
import { type Penalty, penaltiesOf } from './penalty.ts';
import { checkModelOutputs, outputsOf, type TaskOutput } from './task-outputs.ts';

/** A model, what it is fed and what is measured. Plain data, but for a model that is a function. */
export interface Task {
  readonly model: Model;
  readonly input: FieldSpec;
  /** Of several targets, the first. */
  readonly target: FieldSpec;
  /** Where there are several, by the name of the output that is compared with each. */
  readonly targets?: Readonly<Record<string, FieldSpec>>;
  readonly normalization: Normalization;
  /** One, or one for each output of the model. */
  readonly loss: Loss | WeightedLossPerOutput;
  /** Measures beside the loss, by the name that they are reported under; by output first, where the loss is. */
  readonly metrics: Metrics | MetricsPerOutput;
  /** What is added to the loss for large parameters. */
  readonly penalties?: readonly Penalty[];
  /** The training set has weights for its examples. */
  readonly weighted?: boolean;
  /**
   * Examples follow one another, as `continuous()` reads them: what a model carries from batch to batch goes on in
   * evaluation as it does in training.
   */
  readonly continuous?: boolean;
}

/** Names of graph inputs and outputs; parameters and masks keep their own names, which hold a "/". */
export const inputName = 'input';
export const weightsName = 'weights';
export const lossName = 'loss';
/** What a batch says of a measure (`loss`, `digit/error`): numbers that add up over batches. */
export const measureName = (measure: string) => `measure:${measure}`;
export const gradientName = (parameter: string) => `gradient:${parameter}`;
export const nextStateName = (state: string) => `next:${state}`;

/**
 * Parameters, masks, states, layers and shapes of the task's model for batches of `length`, as it is trained; with
 * `training: false` as it is used, without auxiliary heads. Throws where shapes do not fit.
 */
export function describeTask(
  task: Pick<Task, 'model' | 'input' | 'normalization'>,
  length: number,
  options: { readonly training?: boolean } = {},
): ModelDescription {
  const dtype = isIndices(task) ? 'int32' : 'float32';
  return describe(task.model, { shape: [length, ...task.input.shape], dtype }, options);
}

/** Whole numbers (the characters of a text) are indices into a table, not quantities: they are not normalized. */
function isIndices({ input }: Pick<Task, 'input'>): boolean {
  return input.dtype === 'int32';
}

/** What the task's model carries from each example to the next in evaluation, for so many rows. */
export function carriedStates(task: Task, rows: number): readonly StateSpec[] {
  if (!task.continuous) return [];
  return describeTask(task, rows, { training: false }).states.filter(({ perExample }) => perExample);
}

export interface TracedModel extends Forward {
  readonly builder: GraphBuilder;
  /** The tensors that stand for the parameters, by name. */
  readonly tensors: ReadonlyMap<string, Tensor>;
}

/** The task's model on raw inputs of `length` examples: the start of every graph of a task. */
export function traceModel(
  task: Pick<Task, 'model' | 'input' | 'normalization'>,
  length: number,
  options: Pick<ForwardOptions, 'training' | 'statistics'> & { readonly carried?: boolean },
): TracedModel {
  const builder = new GraphBuilder();
  const raw = builder.input(inputName, { shape: [length, ...task.input.shape], dtype: task.input.dtype });
  const tensors = new Map<string, Tensor>();
  const forward = traceForward(task.model, isIndices(task) ? raw : normalize(raw, task.normalization), {
    ...options,
    // Where there is no batch before, what examples carry starts anew.
    state: ({ name, shape, initial, perExample }) =>
      perExample && !options.training && !options.carried
        ? fill(builder, shape, initial)
        : builder.input(name, { shape, dtype: 'float32' }),
    parameter: ({ name, shape }) => {
      const tensor = builder.input(name, { shape, dtype: 'float32' });
      tensors.set(name, tensor);
      return tensor;
    },
  });
  return { ...forward, builder, tensors };
}

/** An output of the model beside its targets. */
interface Compared extends TaskOutput {
  readonly predictions: Tensor;
  readonly targets: Tensor;
}

function comparedOf(task: Task, { builder, outputs }: TracedModel, length: number): Compared[] {
  const wanted = outputsOf(task);
  checkModelOutputs(outputs.keys(), task);
  return wanted.map((output) => {
    const { shape, dtype } = output.target;
    const targets = builder.input(output.targetName, { shape: [length, ...shape], dtype });
    return { ...output, predictions: outputs.get(output.name)!, targets };
  });
}

const times = (weight: number, x: Tensor): Tensor => (weight === 1 ? x : mul(weight, x));
const sumOf = (terms: readonly Tensor[]): Tensor => terms.reduce((sum, term) => add(sum, term));

function weightsOf(weighted: boolean | undefined, builder: Builder, length: number): Tensor | undefined {
  return weighted ? builder.input(weightsName, { shape: [length], dtype: 'float32' }) : undefined;
}

/** How a training graph differs from step to step. */
export interface TrainingTrace {
  /** Parameters that get no gradient. */
  readonly frozen?: ReadonlySet<string>;
  /** Default `batch`. */
  readonly statistics?: Statistics;
  /** Also what adds up to the loss of several batches, where it is not their mean. Default false. */
  readonly sums?: boolean;
}

/**
 * For a batch of `length`, with dropout and its like acting: the mean loss of the output, what adds up to its metrics,
 * what the states become, and the gradient by every parameter but the frozen ones. The gradient is that of the loss with what auxiliary
 * outputs and penalties add to it.
 */
export function traceTraining(
  task: Task,
  length: number,
  { frozen, statistics = 'batch', sums }: TrainingTrace = {},
): Graph {
  const traced = traceModel(task, length, { training: true, statistics });
  const { builder, tensors } = traced;
  const compared = comparedOf(task, traced, length);
  const weights = weightsOf(task.weighted, builder, length);
  const loss = sumOf(
    compared.map(({ loss, weight, predictions, targets }) =>
      times(weight, applyLoss(loss, predictions, targets, weights)),
    ),
  );
  const outputs = new Map([[lossName, loss]]);
  for (const each of compared) {
    const { loss, predictions, targets, prefix } = each;
    const ofLoss = lossSums(loss, predictions, targets, weights);
    // The only loss, where it is a plain mean, says all that its sums would.
    if (sums && (prefix !== '' || ofLoss.rank > 0)) outputs.set(measureName(`${prefix}loss`), ofLoss);
    setMetrics(outputs, each);
  }
  for (const [name, next] of traced.updates) outputs.set(nextStateName(name), next);
  let objective = loss;
  for (const auxiliary of traced.auxiliaries) {
    const { loss, targets } = comparedWith(auxiliary, compared);
    objective = add(objective, mul(auxiliary.weight, applyLoss(loss, auxiliary.output, targets, weights)));
  }
  for (const penalty of penaltiesOf(task.penalties ?? [], traced.parameters, tensors)) {
    objective = add(objective, penalty);
  }
  const moving = [...tensors].filter(([name]) => frozen === undefined || !frozen.has(name));
  gradients(
    objective,
    moving.map(([, tensor]) => tensor),
  ).forEach((gradient, i) => {
    outputs.set(gradientName(moving[i]![0]), gradient);
  });
  return simplify(builder.finish(outputs));
}

/**
 * What a batch of `length` says of the loss and the metrics, as the model is used: numbers that add up over batches of any
 * length (`createTallies`), and what the examples carry to those that follow them, where the task is continuous. `weighted`: the loss counts examples by their weights.
 */
export function traceEvaluation(task: Task, length: number, weighted = false): Graph {
  const carried = task.continuous === true;
  const traced = traceModel(task, length, { training: false, carried });
  const { builder } = traced;
  const weights = weightsOf(weighted, builder, length);
  const outputs = carried ? nextCarried(traced) : new Map<string, Tensor>();
  for (const each of comparedOf(task, traced, length)) {
    const { loss, predictions, targets, prefix } = each;
    outputs.set(measureName(`${prefix}loss`), lossSums(loss, predictions, targets, weights));
    setMetrics(outputs, each);
  }
  return foldScales(simplify(builder.finish(outputs)));
}

function setMetrics(outputs: Map<string, Tensor>, { metrics, predictions, targets, prefix }: Compared): void {
  for (const [name, metric] of Object.entries(metrics)) {
    outputs.set(measureName(`${prefix}${name}`), metricOfBatch(metric, predictions, targets));
  }
}

/** What an output at an inner layer is compared with, and by which loss. */
function comparedWith({ name, loss, of }: AuxiliaryOutput, compared: readonly Compared[]) {
  const names = compared.map((output) => output.name);
  const output = of === undefined && compared.length === 1 ? compared[0] : compared.find((each) => each.name === of);
  if (output !== undefined) return { targets: output.targets, loss: loss ?? output.loss };
  throw new OptionError(
    'option/outputs',
    of === undefined ? 'it does not say of which output' : `the model has no output "${of}"`,
    {
      place: name,
      mend:
        of === undefined
          ? `Give auxiliary(head, { of: "${names[0]}" }), or another of ${names.join(', ')}.`
          : suggestion(of, names),
    },
  );
}

/** What examples carry to those that follow them, as outputs of a graph. */
function nextCarried({ states, updates }: TracedModel): Map<string, Tensor> {
  const carried = states.filter(({ perExample, name }) => perExample && updates.has(name));
  return new Map(carried.map(({ name }) => [nextStateName(name), updates.get(name)!] as const));
}

/**
 * The model alone, raw input to outputs: what is exported, and what predicts. `carried`: what examples carry is an input
 * and an output too.
 */
export function traceInference(
  task: Pick<Task, 'model' | 'input' | 'normalization'>,
  length: number,
  { carried = false }: { readonly carried?: boolean } = {},
): Graph {
  const traced = traceModel(task, length, { training: false, carried });
  const { builder, outputs } = traced;
  return foldScales(simplify(builder.finish(new Map([...outputs, ...(carried ? nextCarried(traced) : [])]))));
}
