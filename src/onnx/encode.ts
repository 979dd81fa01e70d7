/** Writes an OnnxModel as the bytes of an `.onnx` file: operators of the standard domain, so any runtime opens it. */

import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  type AttributeProtoSchema,
  ModelProtoSchema,
  TensorProto_DataType,
  type ValueInfoProtoSchema,
} from 'onnx-buf';
import { blockedDomain, type OnnxAttribute, type OnnxDtype, type OnnxModel, type OnnxPort } from './model.ts';

/** Of the standard operator set; ONNX Runtime 1.18 and later know it, in Node and in the browser. */
export const opset = 21;
const irVersion = 10n;

const dataType = {
  float32: TensorProto_DataType.FLOAT,
  int32: TensorProto_DataType.INT32,
  int64: TensorProto_DataType.INT64,
  uint8: TensorProto_DataType.UINT8,
  bool: TensorProto_DataType.BOOL,
} as const satisfies Record<OnnxDtype, TensorProto_DataType>;

export interface EncodeOptions {
  /** The graph's name, shown by viewers; default `dolina`. */
  readonly name?: string;
  /** Version of Dolina, recorded as the producer's; default none. */
  readonly version?: string;
  /** Free entries of the file's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  /**
   * Adds a first output of this name that holds an empty sequence. Only the engine for Node asks for it; see
   * `runtime/uncopied-run.node.ts`.
   */
  readonly sequenceOutput?: string;
}

function attribute(name: string, value: OnnxAttribute): MessageInitShape<typeof AttributeProtoSchema> {
  if (typeof value === 'number') return { name, type: AttributeProto_AttributeType.INT, i: BigInt(value) };
  if (typeof value === 'string') {
    return { name, type: AttributeProto_AttributeType.STRING, s: new TextEncoder().encode(value) };
  }
  if ('float' in value) return { name, type: AttributeProto_AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeProto_AttributeType.INTS, ints: value.map(BigInt) };
}

function valueInfo(port: OnnxPort): MessageInitShape<typeof ValueInfoProtoSchema> {
  const dim = port.shape.map((dimension) => ({
    value:
      typeof dimension === 'string'
        ? { case: 'dimParam' as const, value: dimension }
        : { case: 'dimValue' as const, value: BigInt(dimension) },
  }));
  const value = { elemType: dataType[port.dtype], shape: { dim } };
  return { name: port.name, type: { value: { case: 'tensorType' as const, value } } };
}

function sequenceInfo(name: string): MessageInitShape<typeof ValueInfoProtoSchema> {
  const elemType = { value: { case: 'tensorType' as const, value: { elemType: dataType.float32 } } };
  return { name, type: { value: { case: 'sequenceType' as const, value: { elemType } } } };
}

/** The bytes of the model's file. Equal models give equal bytes. */
export function encode(model: OnnxModel, options: EncodeOptions = {}): Uint8Array<ArrayBuffer> {
  const { sequenceOutput } = options;
  const sequence =
    sequenceOutput === undefined
      ? []
      : [{ name: sequenceOutput, opType: 'SequenceEmpty', input: [], output: [sequenceOutput], attribute: [] }];
  const message = create(ModelProtoSchema, {
    irVersion,
    opsetImport: [
      { domain: '', version: BigInt(opset) },
      ...(model.nodes.some(({ domain }) => domain === blockedDomain) ? [{ domain: blockedDomain, version: 1n }] : []),
    ],
    producerName: 'dolina',
    producerVersion: options.version ?? '',
    metadataProps: Object.entries(options.metadata ?? {}).map(([key, value]) => ({ key, value })),
    graph: {
      name: options.name ?? 'dolina',
      input: model.inputs.map(valueInfo),
      output: [
        ...(sequenceOutput === undefined ? [] : [sequenceInfo(sequenceOutput)]),
        ...model.outputs.map(valueInfo),
      ],
      initializer: model.constants.map(({ name, dtype, shape, data }) => ({
        name,
        dataType: dataType[dtype],
        dims: shape.map(BigInt),
        // Raw data is little-endian, as is every machine that runs an engine.
        rawData: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
      })),
      node: [
        ...sequence,
        ...model.nodes.map((node) => ({
          name: node.name,
          opType: node.type,
          domain: node.domain ?? '',
          input: [...node.inputs],
          output: [...node.outputs],
          attribute: Object.entries(node.attributes).map(([name, value]) => attribute(name, value)),
        })),
      ],
    },
  });
  return toBinary(ModelProtoSchema, message);
}
