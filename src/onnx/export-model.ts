/** A trained model as an `.onnx` file: parameters inside, the batch size left open. */

import { OptionError } from '../base/errors.ts';
import { checkOptionNames } from '../base/options.ts';
import { showShape, size } from '../base/shape.ts';
import type { Graph } from '../graph/graph.ts';
import { dynamicBatch } from './dynamic-batch.ts';
import { encode } from './encode.ts';
import { lower } from './lower.ts';
import type { OnnxConstant, OnnxModel } from './model.ts';

export interface ExportModelOptions {
  /** The values of the graph's inputs that are parameters, by name; the others stay inputs of the file. */
  readonly parameters: ReadonlyMap<string, Float32Array>;
  /** Name of the graph, as viewers show it; default `dolina`. */
  readonly name?: string;
  /** Version of Dolina, recorded as the producer's. */
  readonly version?: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** The symbol for the batch size; default `N`. */
  readonly batchSymbol?: string;
}

/** Two sizes that are no dimension of anything else. */
const SIZES = [1009, 2003] as const;

/**
 * The bytes of an `.onnx` file. `graphAt` gives the forward graph at a batch size; it is asked for two, and what differs
 * between them becomes the symbolic dimension.
 *
 * @throws OptionError where a parameter is not an input of the graph or has another length; GraphError where the model
 * is not the same function at every batch size (batch statistics, say).
 */
export function exportModel(graphAt: (batch: number) => Graph, options: ExportModelOptions): Uint8Array<ArrayBuffer> {
  checkOptionNames('exportModel', options, ['parameters', 'name', 'version', 'metadata', 'batchSymbol']);
  const { parameters, batchSymbol = 'N', ...encoding } = options;
  const [small, large] = SIZES.map((batch) => lower(graphAt(batch)));
  const model = dynamicBatch(small!, large!, SIZES, batchSymbol);
  return encode(withParameters(model, parameters), encoding);
}

function withParameters(model: OnnxModel, parameters: ReadonlyMap<string, Float32Array>): OnnxModel {
  const constants = [...parameters].map(([name, data]): OnnxConstant => {
    const port = model.inputs.find((input) => input.name === name);
    if (port === undefined) {
      throw new OptionError('option/parameter', `the model has no input "${name}"`, {
        place: 'exportModel',
        mend: `Its inputs: ${model.inputs.map((input) => input.name).join(', ')}.`,
      });
    }
    const shape = port.shape.map(Number);
    if (data.length !== size(shape)) {
      throw new OptionError('option/parameter', `"${name}" has ${data.length} values for shape ${showShape(shape)}`, {
        place: 'exportModel',
        mend: 'Give every value of the parameter.',
      });
    }
    return { name, dtype: 'float32', shape, data };
  });
  return {
    ...model,
    inputs: model.inputs.filter(({ name }) => !parameters.has(name)),
    constants: [...constants, ...model.constants],
  };
}
