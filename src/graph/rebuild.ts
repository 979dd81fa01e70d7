/** How a pass makes a graph from a graph: node by node, each through the rewrite rules. */

import { GraphBuilder } from './builder.ts';
import { emit } from './emit.ts';
import type { Graph, Node } from './graph.ts';
import type { Builder, Tensor } from './tensor.ts';

/** What has been built so far. */
export interface Rebuilt {
  readonly builder: Builder;
  /** The tensor that stands for a node of the old graph. */
  get(id: number): Tensor;
}

/** The graph with what `replace` gives in a node's place; where it gives `undefined`, the same operator. */
export function rebuild(graph: Graph, replace: (node: Node, built: Rebuilt) => Tensor | undefined): Graph {
  const builder = new GraphBuilder();
  const tensors: Tensor[] = [];
  const get = (id: number) => tensors[id]!;
  const built = { builder, get };
  for (const node of graph.nodes) {
    const { op, inputs, scope, shape, dtype } = node;
    tensors.push(
      builder.at(scope ?? '', () => {
        switch (op.kind) {
          case 'input':
            return builder.input(op.name, { shape, dtype });
          case 'fill':
          case 'literal':
          case 'iota':
            return builder.leaf(op, { shape, dtype });
          default:
            return replace(node, built) ?? emit(op, inputs.map(get));
        }
      }),
    );
  }
  return builder.finish(new Map(graph.outputs.map(({ name, id }) => [name, get(id)])));
}
