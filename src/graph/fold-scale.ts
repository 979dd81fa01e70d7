/**
 * Moves a factor for each channel from the result of a convolution or matrix product into its weights: a(x∗W) = x∗(aW).
 * Batch normalization in use is such a factor, and then costs nothing but a bias. Worth it where weights stay as they are
 * for many inputs; in a training step the product with the weights would have to be differentiated.
 */

import { mul } from './elementwise.ts';
import { emit } from './emit.ts';
import { broadcastTo, reshape } from './form.ts';
import type { Graph, Node } from './graph.ts';
import { rebuild } from './rebuild.ts';
import type { Tensor } from './tensor.ts';
import { usersOf } from './users.ts';

/** The same function of the same inputs, up to rounding, with channel factors inside the weights where that is possible. */
export function foldScales(graph: Graph): Graph {
  const users = usersOf(graph);
  return rebuild(graph, (node, { get }) => folded(graph, node, users, get));
}

/** The product with scaled weights that a node may be replaced by. */
function folded(
  graph: Graph,
  { op, inputs }: Node,
  users: readonly (readonly number[])[],
  get: (id: number) => Tensor,
) {
  if (op.kind !== 'mul') return undefined;
  for (const [product, factor] of [inputs, [inputs[1]!, inputs[0]!]]) {
    const { op: linear, inputs: operands } = graph.nodes[product!]!;
    if ((linear.kind !== 'conv' && linear.kind !== 'matmul') || users[product!]!.length !== 1) continue;
    const [x, weight] = operands.map(get);
    const scale = channelFactor(graph, factor!, graph.nodes[product!]!.shape);
    if (scale === undefined) continue;
    if (linear.kind === 'matmul' && weight!.rank !== 2) continue;
    const first = linear.kind === 'conv' || linear.transposeB;
    const channels = scale.shape[0]!;
    const aligned = first ? [channels, ...weight!.shape.slice(1).map(() => 1)] : [1, channels];
    return emit(linear, [x!, mul(weight!, broadcastTo(reshape(scale, aligned), weight!.shape))]);
  }
  return undefined;

  /** A tensor that differs along the channels alone (axis 1 of an image, the last of a matrix), as a vector. */
  function channelFactor({ nodes }: Graph, id: number, shape: readonly number[]): Tensor | undefined {
    const { op: form, inputs: source } = nodes[id]!;
    if (form.kind !== 'broadcastTo') return undefined;
    const inner = nodes[source[0]!]!.shape;
    const full = [...shape.map(() => 1), ...inner].slice(-shape.length);
    const fits = full.every((dimension, axis) => dimension === (axis === 1 ? shape[1] : 1));
    return fits && shape.length >= 2 ? reshape(get(source[0]!), [shape[1]!]) : undefined;
  }
}
