/** What a model is, before any number is computed: parameters, shapes and work, layer by layer. */

import { frozen } from '../base/frozen.ts';
import { size } from '../base/shape.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Graph, Node, TensorSpec } from '../graph/graph.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type AppliedLayer, type Model, traceForward } from './forward.ts';
import type { MaskSpec } from './mask.ts';
import type { ParameterSpec } from './parameter.ts';
import type { StateSpec } from './state.ts';

/** One layer in the summary of a model. */
export interface SummaryRow extends AppliedLayer {
  /** Number of trainable numbers. */
  readonly parameters: number;
  /** Multiplications with addition in matrix products and convolutions, forward, for one example. */
  readonly multiplyAdds: number;
}

/** A model before any number is computed: its parameters, shapes and work. */
export interface ModelDescription {
  readonly input: TensorSpec;
  /** Of several outputs, the first. */
  readonly output: TensorSpec;
  /** By name; the output of a model that names none is `output`. */
  readonly outputs: Readonly<Record<string, TensorSpec>>;
  readonly parameters: readonly ParameterSpec[];
  readonly masks: readonly MaskSpec[];
  readonly states: readonly StateSpec[];
  readonly layers: readonly SummaryRow[];
  /** Of the whole model, with what a model function does outside of layers. */
  readonly parameterCount: number;
  readonly multiplyAdds: number;
}

/**
 * Traces `model` once for an input of the given shape (batch first) and tells what it declares, as plain data.
 *
 * Throws a ShapeError that names the layer where shapes do not fit. `training` (default true) decides whether the masks
 * of dropout are asked for; the parameters are the same either way.
 *
 * @example
 * describe(sequential(flatten(), dense(10)), { shape: [128, 1, 28, 28], dtype: 'float32' }).parameterCount  // 7850
 */
export function describe(
  model: Model,
  input: TensorSpec,
  { training = true }: { readonly training?: boolean } = {},
): ModelDescription {
  const builder = new GraphBuilder();
  const { output, outputs, parameters, masks, layers, states } = traceForward(model, builder.input('input', input), {
    training,
    parameter: ({ name, shape }) => builder.input(name, { shape, dtype: 'float32' }),
  });
  const graph = builder.finish(outputs);
  const batch = Math.max(1, input.shape[0] ?? 1);
  const under = (path: string, name = '') => path === '' || name === path || name.startsWith(`${path}/`);
  const countOf = (path: string) =>
    parameters.reduce((sum, { name, count }) => sum + (under(path, name) ? count : 0), 0);
  const workOf = (path: string) =>
    graph.nodes.reduce((sum, node) => sum + (under(path, node.scope) ? multiplyAdds(graph, node) : 0), 0) / batch;
  return frozen({
    input: { shape: [...input.shape], dtype: input.dtype },
    output: specOf(output),
    outputs: Object.fromEntries(Array.from(outputs, ([name, tensor]) => [name, specOf(tensor)])),
    parameters,
    masks,
    states,
    layers: layers.map((layer) => ({
      ...layer,
      parameters: countOf(layer.name),
      multiplyAdds: workOf(layer.name),
    })),
    parameterCount: countOf(''),
    multiplyAdds: workOf(''),
  });
}

const specOf = ({ shape, dtype }: Tensor): TensorSpec => ({ shape, dtype });

function multiplyAdds(graph: Graph, { op, inputs, shape }: Node): number {
  switch (op.kind) {
    case 'matmul': {
      const a = graph.nodes[inputs[0]!]!.shape;
      return size(shape) * a.at(op.transposeA ? -2 : -1)!;
    }
    case 'conv': {
      const filter = graph.nodes[inputs[1]!]!.shape;
      return size(shape) * size(filter.slice(1));
    }
    // Transposed convolution: every input pixel adds the filter to the output.
    case 'convInputGradient': {
      const [filter, image] = inputs.map((id) => graph.nodes[id]!.shape);
      return size(image!) * size(filter!.slice(1));
    }
    default:
      return 0;
  }
}
