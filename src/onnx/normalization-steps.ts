/**
 * What is emitted for standardized tensors. γ x̂ + β is one LayerNormalization where nothing else reads x̂; the inverse
 * deviation, which gradients need, is a second result of the node that makes x̂.
 */

import type { Shape } from '../base/shape.ts';
import { sameShape } from '../base/shape.ts';
import type { Node } from '../graph/graph.ts';
import type { NormalizationOf, Operand, Step } from './step.ts';

/** γ x̂ + β, γ x̂ or x̂ + β as one step. */
export function affineStep(
  nodes: readonly Node[],
  node: Node,
  users: readonly (readonly number[])[],
): Step | undefined {
  const found = affine(nodes, node, users);
  if (found === undefined) return undefined;
  const { standardized, ...vectors } = found;
  const operands = standardized.inputs.map((id) => ({ id, shape: nodes[id]!.shape }));
  return { id: node.id, node: standardized, operands, normalization: { ...vectors, withInverse: false } };
}

interface Affine {
  readonly standardized: Node;
  readonly scale?: Operand;
  readonly shift?: Operand;
}

function affine(
  nodes: readonly Node[],
  { op, inputs }: Node,
  users: readonly (readonly number[])[],
): Affine | undefined {
  if (op.kind !== 'mul' && op.kind !== 'add') return undefined;
  for (const [of, other] of [inputs, [inputs[1]!, inputs[0]!]] as const) {
    const target = nodes[of!]!;
    if (users[target.id]!.length !== 1) continue;
    const inner: Affine | undefined =
      target.op.kind === 'standardize'
        ? { standardized: target }
        : op.kind === 'add' && target.op.kind === 'mul'
          ? affine(nodes, target, users)
          : undefined;
    const vector = inner === undefined ? undefined : along(nodes, other!, inner.standardized);
    if (inner === undefined || vector === undefined) continue;
    return op.kind === 'mul' ? { ...inner, scale: vector } : { ...inner, shift: vector };
  }
  return undefined;
}

/** An operand that is one number for each element of a row, in the shape of the row. */
function along(nodes: readonly Node[], id: number, { op, shape }: Node): Operand | undefined {
  if (op.kind !== 'standardize' || nodes[id]!.op.kind !== 'broadcastTo') return undefined;
  const row: Shape = shape.slice(op.axis);
  let node = nodes[nodes[id]!.inputs[0]!]!;
  if (!sameShape(withoutOnes(node.shape, row.length), row)) return undefined;
  while (!sameShape(node.shape, row) && node.op.kind === 'reshape') node = nodes[node.inputs[0]!]!;
  return sameShape(node.shape, row) ? { id: node.id, shape: row } : undefined;
}

/** A shape without the axes of one element before its last `rank` axes. */
function withoutOnes(shape: Shape, rank: number): Shape {
  const before = Math.max(0, shape.length - rank);
  return shape.slice(0, before).every((d) => d === 1) ? shape.slice(before) : shape;
}

/** The steps, those that inverse deviations come from with what makes them: each of their nodes is made once. */
export function withInverses(steps: readonly Step[]): readonly Step[] {
  const makers = new Map<string, Step>();
  const giving = new Map<Step, NormalizationOf<Operand>>();
  for (const step of steps) {
    const key = rows(step.node);
    if (key === undefined) continue;
    const maker = makers.get(key) ?? step;
    makers.set(key, maker);
    if (step.node.op.kind !== 'inverseDeviation') continue;
    const normalization = { ...maker.normalization, withInverse: true };
    giving.set(maker, normalization);
    giving.set(step, normalization);
  }
  if (giving.size === 0) return steps;
  return steps.map((step) => {
    const normalization = giving.get(step);
    return normalization === undefined ? step : { ...step, normalization };
  });
}

/** Equal for what is normalised over the same rows. */
function rows({ op, inputs }: Node): string | undefined {
  if (op.kind !== 'standardize' && op.kind !== 'inverseDeviation') return undefined;
  return [inputs[0], op.axis, op.epsilon].join(';');
}
