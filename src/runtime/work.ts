/** An estimate of how much work a graph is, to tell programs that are worth a measurement from those that are not. */

import { size } from '../base/shape.ts';
import type { Graph, Node } from '../graph/graph.ts';

/** Multiply-adds of one node; an operator without products counts its elements. */
export function nodeWork(graph: Graph, node: Node): number {
  const shape = (i: number) => graph.nodes[node.inputs[i]!]!.shape;
  const { op } = node;
  switch (op.kind) {
    case 'matmul':
      return size(node.shape) * (op.transposeA ? shape(0).at(-2)! : shape(0).at(-1)!);
    case 'conv':
      return size(node.shape) * size(shape(1).slice(1));
    case 'convInputGradient':
      return size(shape(1)) * size(shape(0).slice(1));
    case 'convFilterGradient':
      return size(shape(1)) * size(op.filterShape.slice(1));
    default:
      return node.inputs.length === 0 ? 0 : Math.max(size(node.shape), ...node.inputs.map((_, i) => size(shape(i))));
  }
}

export function graphWork(graph: Graph): number {
  return graph.nodes.reduce((total, node) => total + nodeWork(graph, node), 0);
}
