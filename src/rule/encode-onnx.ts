/** Writes an update as the bytes of an `.onnx` file of its own. */

import { create, toBinary } from '@bufbuild/protobuf';
import { AttributeProto_AttributeType, ModelProtoSchema, TensorProto_DataType } from 'onnx-buf';
import { opset } from '../onnx/encode.ts';
import type { OnnxUpdate, OnnxUpdatePort } from './emit-onnx.ts';

const irVersion = 10n;
const dataType = { float32: TensorProto_DataType.FLOAT, float64: TensorProto_DataType.DOUBLE } as const;

function valueInfo({ name, dtype, shape }: OnnxUpdatePort) {
  const dim = shape.map((dimension) => ({
    value:
      typeof dimension === 'string'
        ? { case: 'dimParam' as const, value: dimension }
        : { case: 'dimValue' as const, value: BigInt(dimension) },
  }));
  return {
    name,
    type: { value: { case: 'tensorType' as const, value: { elemType: dataType[dtype], shape: { dim } } } },
  };
}

/** The file's bytes. Equal updates give equal bytes. */
export function encodeOnnx(update: OnnxUpdate): Uint8Array<ArrayBuffer> {
  const message = create(ModelProtoSchema, {
    irVersion,
    opsetImport: [{ domain: '', version: BigInt(opset) }],
    producerName: 'dolina',
    graph: {
      name: 'update',
      input: update.inputs.map(valueInfo),
      output: update.outputs.map(valueInfo),
      initializer: update.constants.map(({ name, value }) => ({
        name,
        dataType: TensorProto_DataType.DOUBLE,
        dims: [],
        rawData: new Uint8Array(new Float64Array([value]).buffer),
      })),
      node: update.nodes.map(({ name, type, inputs, outputs, attributes }) => ({
        name,
        opType: type,
        input: [...inputs],
        output: [...outputs],
        attribute: Object.entries(attributes).map(([attributeName, value]) => ({
          name: attributeName,
          type: AttributeProto_AttributeType.INT,
          i: BigInt(value as number),
        })),
      })),
    },
  });
  return toBinary(ModelProtoSchema, message);
}
