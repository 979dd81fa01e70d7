/**
 * Rebuilds a graph through the rewrite rules (`rewrites` in emit.ts is the list): what was built past them, and what an
 * alias kept apart until the gradient was taken, becomes as small as what the tensor functions build.
 */

import { GraphBuilder } from './builder.ts';
import { emit } from './emit.ts';
import type { Graph } from './graph.ts';
import type { Tensor } from './tensor.ts';

/** The same function of the same inputs, as a graph that is no larger. */
export function simplify(graph: Graph): Graph {
  const builder = new GraphBuilder();
  const tensors: Tensor[] = [];
  for (const { op, inputs, scope, shape, dtype } of graph.nodes) {
    const spec = { shape, dtype };
    tensors.push(
      builder.at(scope ?? '', () => {
        switch (op.kind) {
          case 'input':
            return builder.input(op.name, spec);
          case 'fill':
          case 'literal':
          case 'iota':
            return builder.leaf(op, spec);
          default:
            return emit(
              op,
              inputs.map((id) => tensors[id]!),
            );
        }
      }),
    );
  }
  return builder.finish(new Map(graph.outputs.map(({ name, id }) => [name, tensors[id]!])));
}
