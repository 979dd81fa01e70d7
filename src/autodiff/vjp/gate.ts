/** The gradient of what lets some elements through and stops others: g where they passed, 0 elsewhere. */

import { cast, mul, where } from '../../graph/elementwise.ts';
import { fillValue, opOf } from '../../graph/rewrite/rewrite.ts';
import type { Tensor } from '../../graph/tensor.ts';

/**
 * g where `passed` holds, 0 elsewhere. A product with 0 and 1 takes an engine half the time of a choice, but would make NaN
 * of an infinity: it stands only where g cannot be infinite at a single stopped element, as it is in √relu(x) at x < 0.
 */
export function gate(passed: Tensor, g: Tensor): Tensor {
  return comesFromProducts(g, new Set()) ? mul(g, cast(passed, 'float32')) : where(passed, g, 0);
}

/** Sums of many terms: an infinity in one is one for a whole row, and the step is lost either way. */
const products = new Set(['matmul', 'conv', 'convInputGradient', 'convFilterGradient']);
/** They take elements together or move them, and make no infinity. */
const carriers = new Set(['add', 'sub', 'neg', 'reshape', 'transpose', 'broadcastTo', 'sum', 'slice', 'pad', 'concat']);
const pools = new Set(['maxPoolScatter', 'averagePoolGradient', 'averagePool']);

function comesFromProducts(g: Tensor, seen: Set<number>): boolean {
  const { builder } = g;
  const { op, inputs } = builder.node(g.id);
  if (seen.has(g.id) || products.has(op.kind) || op.kind === 'fill') return true;
  seen.add(g.id);
  const operand = (index: number) => comesFromProducts(builder.tensor(inputs[index]!), seen);
  if (carriers.has(op.kind)) return inputs.every((_, index) => operand(index));
  if (pools.has(op.kind)) return operand(inputs.length - 1);
  if (op.kind !== 'mul') return false;
  // A factor of 0 and 1, or a number.
  return inputs.some((id, index) => {
    const factor = builder.tensor(id);
    return (opOf(factor, 'cast') !== undefined || fillValue(factor) !== undefined) && operand(1 - index);
  });
}
