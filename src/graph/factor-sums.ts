/**
 * Takes a factor that two products have in common out of their sum: g·a·b + g·c = g·(a·b + c), one pass over the tensors
 * less. Gradients are such sums where a function reads its operand twice, as x Φ(x) does.
 */

import { add, mul } from './elementwise.ts';
import type { Graph } from './graph.ts';
import { rebuild } from './rebuild.ts';
import { usersOf } from './users.ts';

/** The same function of the same inputs, up to rounding, with a product of sums where there was a sum of products. */
export function factorSums(graph: Graph): Graph {
  const { nodes } = graph;
  const users = usersOf(graph);

  /** What a node multiplies, through products that nothing else reads; all have the product's own shape. */
  const factors = (id: number): readonly number[] => {
    const { op, inputs } = nodes[id]!;
    if (op.kind !== 'mul' || users[id]!.length !== 1) return [id];
    return inputs.flatMap(factors);
  };
  /** Whether a tensor is computed in full: what is spread from fewer elements costs no pass of its own. */
  const full = (id: number) => nodes[id]!.op.kind !== 'broadcastTo' && nodes[id]!.op.kind !== 'fill';

  return rebuild(graph, ({ op, inputs, dtype }, { get }) => {
    if (op.kind !== 'add' || dtype !== 'float32' || inputs[0] === inputs[1]) return undefined;
    const [left, right] = inputs.map(factors) as [readonly number[], readonly number[]];
    const common = left.length > 1 && right.length > 1 ? left.find((id) => full(id) && right.includes(id)) : undefined;
    if (common === undefined) return undefined;
    const rest = (of: readonly number[]) =>
      of
        .toSpliced(of.indexOf(common), 1)
        .map(get)
        .reduce((product, factor) => mul(product, factor));
    return mul(get(common), add(rest(left), rest(right)));
  });
}
