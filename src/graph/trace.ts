/** From a TypeScript function of tensors to a graph, by calling it once. */

import { GraphError } from '../base/errors.ts';
import { GraphBuilder } from './builder.ts';
import type { Graph, TensorSpec } from './graph.ts';
import { simplify } from './simplify.ts';
import { Tensor } from './tensor.ts';

/**
 * The graph of `f`: inputs in the order of `inputs`, outputs in the order of what `f` returns.
 *
 * @example
 * trace({ x: { shape: [4, 3], dtype: 'float32' } }, ({ x }) => ({ y: sum(square(x)) }))
 * @throws GraphError where an output is not a tensor of this trace.
 */
export function trace<Names extends string>(
  inputs: Readonly<Record<Names, TensorSpec>>,
  f: (inputs: Record<Names, Tensor>) => Readonly<Record<string, Tensor>>,
): Graph {
  const builder = new GraphBuilder();
  const entries = Object.entries<TensorSpec>(inputs).map(([name, spec]) => [name, builder.input(name, spec)]);
  const outputs = new Map(Object.entries(f(Object.fromEntries(entries) as Record<Names, Tensor>)));
  for (const [name, output] of outputs) {
    if (!(output instanceof Tensor) || output.builder !== builder) {
      throw new GraphError('graph/output', `the output "${name}" is not a tensor of this trace`, {
        mend: 'Return tensors that are computed from the arguments; make constants with fill or literal.',
      });
    }
  }
  return simplify(builder.finish(outputs));
}
