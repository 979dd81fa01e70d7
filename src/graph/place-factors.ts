/**
 * Moves a number that scales a whole tensor to a matrix product beside it: (c·x)W = c·(xW). A matrix kernel scales its
 * result as it writes it, so the factor costs nothing there, where elsewhere it is a pass over the tensor.
 */

import { add, mul } from './elementwise.ts';
import { emit } from './emit.ts';
import { broadcastTo, reshape } from './form.ts';
import type { Graph } from './graph.ts';
import { rebuild } from './rebuild.ts';
import { scaled } from './scaled.ts';
import { OUTPUT, usersOf } from './users.ts';

/** The same function of the same inputs, up to rounding, with factors at matrix products where they can be. */
export function placeFactors(graph: Graph): Graph {
  return moveUp(moveDown(graph));
}

/** From the operands of products, and of sums on the way to a bias, to their results. */
function moveDown(graph: Graph): Graph {
  const users = usersOf(graph);
  const linear = (id: number): boolean =>
    users[id]!.length > 0 &&
    users[id]!.every((user) => {
      if (user === OUTPUT) return false;
      const { op, shape } = graph.nodes[user]!;
      if (op.kind === 'reshape') return linear(user);
      return op.kind === 'sum' || (op.kind === 'matmul' && shape.length === 2);
    });
  const owed = new Map<number, number>();
  return rebuild(graph, (node, { get }) => {
    const found = scaled(graph.nodes, node);
    if (found !== undefined && linear(node.id)) {
      owed.set(node.id, found.factor);
      return get(found.of);
    }
    const debts = node.inputs.flatMap((id) => owed.get(id) ?? []);
    if (debts.length === 0) return undefined;
    const factor = debts.reduce((product, debt) => product * debt, 1);
    const result = emit(node.op, node.inputs.map(get));
    if (node.op.kind !== 'reshape') return mul(result, factor);
    owed.set(node.id, factor);
    return result;
  });
}

/** From the result of a product, with or without a bias, to the product itself and the bias as it was before it grew. */
function moveUp(graph: Graph): Graph {
  const { nodes } = graph;
  const users = usersOf(graph);
  const once = (id: number) => users[id]!.length === 1;
  const isProduct = (id: number) => once(id) && nodes[id]!.op.kind === 'matmul' && nodes[id]!.shape.length === 2;
  return rebuild(graph, (node, { get }) => {
    const found = scaled(graph.nodes, node);
    if (found === undefined) return undefined;
    const { factor } = found;
    let { of } = found;
    while (nodes[of]!.op.kind === 'reshape' && once(of)) of = nodes[of]!.inputs[0]!;
    const { op, inputs } = nodes[of]!;
    if (isProduct(of)) return reshape(mul(get(of), factor), node.shape);
    const product = inputs.find(isProduct);
    if (op.kind !== 'add' || !once(of) || product === undefined) return undefined;
    const bias = nodes[inputs.find((id) => id !== product)!]!;
    if (bias.op.kind !== 'broadcastTo') return undefined;
    const vector = mul(get(bias.inputs[0]!), factor);
    return reshape(add(mul(get(product), factor), broadcastTo(vector, bias.shape)), node.shape);
  });
}
