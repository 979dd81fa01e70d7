/** Evaluates a graph with plain float64 loops: slow, readable, and the oracle that every engine is tested against. */

import { EngineError } from '../base/errors.ts';
import { size } from '../base/shape.ts';
import type { Graph } from '../graph/graph.ts';
import type { OpKind } from '../graph/op.ts';
import { elementwiseKernels } from './reference/elementwise.ts';
import { formKernels } from './reference/form.ts';
import type { Kernel, Kernels, Value } from './reference/kernel.ts';
import { linearKernels } from './reference/linear.ts';
import { normalizationKernels } from './reference/normalization.ts';
import { poolingKernels } from './reference/pooling.ts';

const table = {
  input: () => {},
  ...elementwiseKernels,
  ...formKernels,
  ...linearKernels,
  ...poolingKernels,
  ...normalizationKernels,
} satisfies Kernels<OpKind>;

/**
 * The outputs of a graph by name, row-major. Every input is a Float64Array whatever its dtype; integers and booleans
 * are whole numbers in it.
 *
 * @throws EngineError where an input is missing or of the wrong length, or an index is out of range.
 */
export function evaluate(graph: Graph, inputs: ReadonlyMap<string, Float64Array>): Map<string, Float64Array> {
  const values: Value[] = [];
  for (const { op, inputs: operands, shape, dtype } of graph.nodes) {
    if (op.kind === 'input') {
      values.push({ shape, dtype, data: given(op.name, size(shape), inputs) });
      continue;
    }
    const value: Value = { shape, dtype, data: new Float64Array(size(shape)) };
    // The row belongs to op.kind: TypeScript cannot follow that through the index.
    const kernel = table[op.kind] as unknown as Kernel<OpKind>;
    kernel(
      op as never,
      operands.map((id) => values[id]!),
      value,
    );
    values.push(value);
  }
  return new Map(graph.outputs.map(({ name, id }) => [name, values[id]!.data]));
}

function given(name: string, length: number, inputs: ReadonlyMap<string, Float64Array>): Float64Array {
  const data = inputs.get(name);
  if (data === undefined)
    throw new EngineError('engine/input', `the input "${name}" is missing`, {
      mend: 'Give an array for each input of the graph.',
    });
  if (data.length !== length) {
    throw new EngineError('engine/input', `the input "${name}" has ${data.length} elements, not ${length}`, {
      mend: 'Give one number for each element of its shape.',
    });
  }
  return data;
}
