/**
 * What is emitted for each node of a graph, decided before emission. The patterns:
 *
 * 1. Implicit broadcasting: an element-by-element operator takes a `broadcastTo` or a `fill` unexpanded where ONNX's own
 *    broadcasting gives the same result shape.
 * 2. conv + a bias that is constant over images and pixels → Conv's third operand.
 * 3. matmul (2-D) + a broadcast bias, or a matrix as large as the product → Gemm's third operand, but for large products
 *    where the options say so; a number that scales the product → Gemm's factor. One that scales the bias too is left:
 *    Gemm would take a pass over the result for it.
 * 4. Slices that together are a whole tensor, cut along one axis → one Split with an output for each.
 * 5. γ x̂ + β → LayerNormalization (`normalization-steps`).
 * 6. maxPool next to a maxPoolScatter or maxPoolSelect of the same windows → one MaxPool with both outputs.
 *
 * A node that no pattern and no output needs any more is not emitted.
 */

import type { Shape } from '../base/shape.ts';
import { broadcast, sameShape, size } from '../base/shape.ts';
import type { Graph, Node } from '../graph/graph.ts';
import { scaled } from '../graph/scaled.ts';
import { usersOf } from '../graph/users.ts';
import { affineStep, withInverses } from './normalization-steps.ts';
import type { Operand, Split, Step } from './step.ts';

const broadcasting = new Set<string>([
  ...['add', 'sub', 'mul', 'div', 'pow', 'max', 'min', 'equal', 'less', 'lessOrEqual', 'and', 'or', 'where'],
]);

export interface PlanOptions {
  /** A product of more elements is not given what is added to it; default none is too large. */
  readonly largestSum?: number;
}

/** A list of lengths above this would be written once for each part; equal parts need no list. */
const MOST_PARTS = 256;

/** The steps in order, one for each node that is needed. */
export function plan(graph: Graph, { largestSum = Number.POSITIVE_INFINITY }: PlanOptions = {}): Step[] {
  const { nodes } = graph;
  const users = usersOf(graph);
  const uses = users.map((own) => own.length);

  const needed = new Set([...graph.outputs, ...graph.inputs].map((port) => port.id));
  const steps: Step[] = [];
  for (let id = nodes.length - 1; id >= 0; id--) {
    if (!needed.has(id)) continue;
    const node = nodes[id]!;
    const step = affineStep(nodes, node, users) ?? productStep(nodes, node, uses, largestSum) ?? plainStep(nodes, node);
    const { operands, bias, normalization } = step;
    for (const operand of [...operands, bias, normalization?.scale, normalization?.shift]) {
      if (operand !== undefined) needed.add(operand.id);
    }
    steps.push(step);
  }
  const indexed = new Set(
    steps
      .filter(({ node }) => node.op.kind === 'maxPoolScatter' || node.op.kind === 'maxPoolSelect')
      .map((step) => windows(step)),
  );
  const cuts = splits(nodes, steps);
  return withInverses(steps.reverse()).map((step) => {
    if (step.node.op.kind === 'maxPool' && indexed.has(windows(step))) return { ...step, withIndices: true };
    const split = cuts.get(step.id);
    return split === undefined ? step : { ...step, split };
  });
}

/** The slices, by id, whose operand is cut up without gap or overlap. */
function splits(nodes: readonly Node[], steps: readonly Step[]): ReadonlyMap<number, Split> {
  const groups = new Map<string, { id: number; axis: number; start: number; end: number; dimension: number }[]>();
  for (const { id, node } of steps) {
    const { op, dtype } = node;
    // ONNX Runtime splits no booleans.
    if (op.kind !== 'slice' || dtype !== 'float32' || op.steps.some((step) => step !== 1)) continue;
    const { shape } = nodes[node.inputs[0]!]!;
    const cut = shape.flatMap((d, axis) => (op.starts[axis] === 0 && op.ends[axis] === d ? [] : [axis]));
    const [axis] = cut;
    if (axis === undefined || cut.length > 1 || node.shape[axis] === 0) continue;
    const key = `${node.inputs[0]},${axis}`;
    const part = { id, axis, start: op.starts[axis]!, end: op.ends[axis]!, dimension: shape[axis]! };
    groups.set(key, [...(groups.get(key) ?? []), part]);
  }
  const found = new Map<number, Split>();
  for (const parts of groups.values()) {
    parts.sort((a, b) => a.start - b.start);
    const whole = parts.every(({ start }, i) => start === (i === 0 ? 0 : parts[i - 1]!.end));
    if (!whole || parts.at(-1)!.end !== parts[0]!.dimension) continue;
    const sizes = parts.map(({ start, end }) => end - start);
    if (sizes.length > MOST_PARTS && sizes.some((length) => length !== sizes[0])) continue;
    parts.forEach(({ id, axis }, index) => {
      found.set(id, { axis, sizes, index });
    });
  }
  return found;
}

/** Equal for operators that slide equal windows over the same tensor. */
function windows({ node: { op, inputs } }: Step): string {
  if (!('kernel' in op)) return '';
  return [inputs[0], op.kernel, op.stride, op.padding, op.dilation].join(';');
}

function plainStep(nodes: readonly Node[], node: Node): Step {
  const full = node.inputs.map((id) => ({ id, shape: nodes[id]!.shape }));
  if (!broadcasting.has(node.op.kind)) return { id: node.id, node, operands: full };
  const operands = [...full];
  const fits = () => {
    let shape: Shape | undefined = [];
    for (const operand of operands) shape = shape === undefined ? undefined : broadcast(shape, operand.shape);
    return shape !== undefined && sameShape(shape, node.shape);
  };
  for (let i = operands.length - 1; i >= 0; i--) {
    const before = operands[i]!;
    operands[i] = unexpanded(nodes, before);
    if (!fits()) operands[i] = before;
  }
  return { id: node.id, node, operands: operands.map((operand) => asLong(node.shape, operand)) };
}

/**
 * A scalar beside a tensor whose last axis has one element, such as the means of rows, with as many axes: beside a scalar
 * without axes, ONNX Runtime takes that tensor element by element, twenty times slower.
 */
function asLong(shape: Shape, operand: Operand): Operand {
  return shape.at(-1) === 1 && operand.shape.length === 0 ? { ...operand, shape: shape.map(() => 1) } : operand;
}

/** The operand before `broadcastTo`; a `fill` counts as a scalar. */
function unexpanded(nodes: readonly Node[], operand: Operand): Operand {
  const node = nodes[operand.id]!;
  if (node.op.kind === 'fill') return { id: node.id, shape: [] };
  if (node.op.kind !== 'broadcastTo') return operand;
  const source = node.inputs[0]!;
  return unexpanded(nodes, { id: source, shape: nodes[source]!.shape });
}

/** Products that take in what follows them: x W + b, c x W, c x W + b. */
function productStep(
  nodes: readonly Node[],
  node: Node,
  uses: readonly number[],
  largestSum: number,
): Step | undefined {
  const found = scaledProduct(nodes, node, uses);
  if (found === undefined) return biasStep(nodes, node, uses, largestSum);
  const { product, factor } = found;
  return {
    id: node.id,
    node: product,
    operands: product.inputs.map((id) => ({ id, shape: nodes[id]!.shape })),
    factor,
  };
}

/** A matrix product times a number, where nothing else reads the product. */
function scaledProduct(nodes: readonly Node[], node: Node, uses: readonly number[]) {
  const found = scaled(nodes, node);
  if (found === undefined || uses[found.of] !== 1) return undefined;
  const product = nodes[found.of]!;
  return isMatrixProduct(product) ? { product, factor: found.factor } : undefined;
}

function isMatrixProduct({ op, shape }: Node): boolean {
  return op.kind === 'matmul' && shape.length === 2;
}

function biasStep(nodes: readonly Node[], node: Node, uses: readonly number[], largestSum: number): Step | undefined {
  if (node.op.kind !== 'add') return undefined;
  for (const [target, other] of [node.inputs, [node.inputs[1]!, node.inputs[0]!]] as const) {
    if (uses[target!] !== 1) continue;
    const inner = scaledProduct(nodes, nodes[target!]!, uses);
    const product = inner?.product ?? nodes[target!]!;
    const bias = unexpanded(nodes, { id: other!, shape: nodes[other!]!.shape });
    const vector = product.op.kind === 'conv' ? channelVector(nodes, bias, product.shape[1]!) : bias;
    const matrices = isMatrixProduct(product) && size(product.shape) <= largestSum;
    const channels = product.op.kind === 'conv' && vector !== undefined && size(vector.shape) < size(product.shape);
    if (vector === undefined || !(matrices || channels)) continue;
    const operands = product.inputs.map((id) => ({ id, shape: nodes[id]!.shape }));
    const step = { id: node.id, node: product, operands, bias: vector };
    return inner === undefined ? step : { ...step, factor: inner.factor };
  }
  return undefined;
}

/** A bias of shape [O, 1, 1] or [1, O, 1, 1] as the operand that holds its O numbers. */
function channelVector(nodes: readonly Node[], bias: Operand, channels: number): Operand | undefined {
  const fits = bias.shape.length >= 3 && bias.shape.at(-3) === channels && size(bias.shape) === channels;
  if (!fits) return undefined;
  let node = nodes[bias.id]!;
  if (node.op.kind === 'fill') return undefined;
  while (node.op.kind === 'reshape' && node.shape.length !== 1) node = nodes[node.inputs[0]!]!;
  return sameShape(node.shape, [channels]) ? { id: node.id, shape: node.shape } : bias;
}
