/**
 * The places where a model sums weighted inputs: which parameter holds the weights, which the biases, what comes out. Read
 * off the traced graph, so that a model written as a function has them as well as one made of layers.
 */

import { sameShape, size } from '../base/shape.ts';
import type { Builder, Tensor } from '../graph/tensor.ts';

/** What is known of a weight without its values. */
export interface WeightSpec {
  /** Name of the parameter. */
  readonly weight: string;
  /** Axis of the weight that counts units: 1 of [inputs, units] and of transposed filters, 0 of filters. */
  readonly axis: number;
  /** Elements that follow each other for one unit, where neither all do nor one: the area of a transposed filter. */
  readonly run?: number;
  readonly units: number;
  /** Name of the parameter that is added, one number for each unit, where there is one. */
  readonly bias?: string;
  /** Whether the output reaches one of the model's own without passing other weights: its units differ by their targets. */
  readonly last: boolean;
}

/** A weight where it is used. */
export interface WeightedSum extends WeightSpec {
  /** The sums, with their biases. */
  readonly output: Tensor;
  /** Axis of `output` that counts units. */
  readonly outputAxis: number;
}

/**
 * The products of a model's weights with its signal, matrix products and convolutions, in the order of computation; of a
 * weight that is used repeatedly, the first. `parameters` are the tensors that stood for the parameters in the trace.
 */
export function weightedSums(parameters: ReadonlyMap<string, Tensor>, ...outputs: readonly Tensor[]): WeightedSum[] {
  const { builder } = outputs[0]!;
  const tops = outputs.map(({ id }) => id);
  const names = new Map([...parameters].map(([name, { id }]) => [id, name]));
  const ids = ancestry(builder, tops, () => false);
  const found = new Map<number, WeightedSum>();
  const seen = new Set<string>();
  for (const id of ids.toSorted((a, b) => a - b)) {
    const use = weightOf(builder, id, names);
    if (use === undefined || seen.has(use.weight)) continue;
    seen.add(use.weight);
    const { outputAxis, ...spec } = use;
    const biased = biasOn(builder, id, ids, names, use);
    found.set(id, { ...spec, last: false, ...(biased ?? { output: builder.tensor(id), outputAxis }) });
  }
  const near = new Set(ancestry(builder, tops, (id) => found.has(id)));
  return [...found].map(([id, sum]) => ({ ...sum, last: near.has(id) }));
}

/** The nodes that some nodes are made of, themselves included; what `stop` names is kept, and not looked behind. */
function ancestry(builder: Builder, from: readonly number[], stop: (id: number) => boolean): number[] {
  const known = new Set<number>();
  const visit = [...from];
  while (visit.length > 0) {
    const id = visit.pop()!;
    if (known.has(id)) continue;
    known.add(id);
    if (!stop(id)) visit.push(...builder.node(id).inputs);
  }
  return [...known];
}

type Names = ReadonlyMap<number, string>;

type Use = Pick<WeightedSum, 'weight' | 'axis' | 'run' | 'units' | 'outputAxis'>;

/** The weight that a node multiplies, and where its units are. */
function weightOf(builder: Builder, id: number, names: Names): Use | undefined {
  const { op, inputs, shape } = builder.node(id);
  const named = (index: number) => {
    const name = names.get(inputs[index]!);
    return name === undefined ? undefined : { weight: name, shape: builder.node(inputs[index]!).shape };
  };
  if (op.kind === 'conv') {
    const filter = named(1);
    return filter && { weight: filter.weight, axis: 0, units: filter.shape[0]!, outputAxis: 1 };
  }
  if (op.kind === 'convInputGradient') {
    const filter = named(0);
    // Of groups, no axis of [inputs, units / groups, height, width] counts the units.
    if (filter === undefined || op.groups !== 1) return undefined;
    const [, units, ...area] = filter.shape as [number, number, ...number[]];
    return { weight: filter.weight, axis: 1, run: size(area), units, outputAxis: 1 };
  }
  if (op.kind !== 'matmul') return undefined;
  const right = named(1);
  if (right?.shape.length === 2) {
    const axis = op.transposeB ? 0 : 1;
    return { weight: right.weight, axis, units: right.shape[axis]!, outputAxis: shape.length - 1 };
  }
  const left = named(0);
  if (left?.shape.length !== 2) return undefined;
  const axis = op.transposeA ? 1 : 0;
  return { weight: left.weight, axis, units: left.shape[axis]!, outputAxis: shape.length - 2 };
}

/** The sum of `id`, perhaps in another form, and a parameter that has one number for each unit. */
function biasOn(
  builder: Builder,
  id: number,
  among: readonly number[],
  names: Names,
  { units, outputAxis }: Use,
): Pick<WeightedSum, 'bias' | 'output' | 'outputAxis'> | undefined {
  const { shape } = builder.node(id);
  for (const candidate of among) {
    const { op, inputs } = builder.node(candidate);
    if (op.kind !== 'add') continue;
    const terms = inputs.map((input) => behindForm(builder, input));
    const bias = terms[terms.indexOf(id) === 0 ? 1 : 0]!;
    const name = names.get(bias);
    if (!terms.includes(id) || name === undefined) continue;
    const output = builder.tensor(candidate);
    // Rows in another form, [batch, time, units] for [batch · time, units], keep their units on the last axis.
    const rows = outputAxis === shape.length - 1 && output.shape.at(-1) === units;
    if (!sameShape(builder.node(bias).shape, [units]) || !(rows || sameShape(output.shape, shape))) continue;
    return { bias: name, output, outputAxis: rows ? output.rank - 1 : outputAxis };
  }
  return undefined;
}

/** The node whose elements a node only shows in another form. */
export function behindForm(builder: Builder, id: number): number {
  const { op, inputs } = builder.node(id);
  return op.kind === 'reshape' || op.kind === 'broadcastTo' ? behindForm(builder, inputs[0]!) : id;
}
