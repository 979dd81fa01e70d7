/**
 * Reads an `.onnx` file. What it gives back has been checked: sizes of tensors against their bytes, names of values against
 * what defines them.
 *
 * https://github.com/onnx/onnx/blob/main/docs/IR.md
 */

import { fromBinary } from '@bufbuild/protobuf';
import {
  type AttributeProto,
  AttributeProto_AttributeType,
  type GraphProto,
  ModelProtoSchema,
  type NodeProto,
  type ValueInfoProto,
} from 'onnx-buf';
import { DataError } from '../base/errors.ts';
import type { OnnxDimension } from './model.ts';
import type { FileAttribute, FileGraph, FileNode, FilePort, FileTensor, ModelFile } from './model-file.ts';
import { dtypeOf, isExternal, type Refuse, readTensor } from './read-tensor.ts';

/**
 * The model in the bytes of an `.onnx` file. `source` names the file in errors.
 *
 * @throws DataError `data/onnx` where it is no such file, is damaged, or has what is not read (quantised dtypes, strings).
 * @example
 * const { opsets, inputs, nodes } = readModel(readFileSync('model.onnx'), 'model.onnx');
 */
export function readModel(bytes: Uint8Array, source: string): ModelFile {
  const refuse = (what: string): never => {
    throw new DataError('data/onnx', `not a valid ONNX file: ${what}`, {
      place: source,
      mend: 'Export the model again.',
    });
  };
  const proto = decode(bytes, refuse);
  if (proto.graph === undefined) return refuse('it has no graph');
  const opsets = proto.opsetImport.map(({ domain, version }) => [domain === 'ai.onnx' ? '' : domain, version] as const);
  if (opsets.length === 0) refuse('it names no operator set');
  return {
    irVersion: whole(proto.irVersion, 'its format', refuse),
    opsets: Object.fromEntries(
      opsets.map(([domain, version]) => [domain, whole(version, `operator set "${domain}"`, refuse)]),
    ),
    producer: [proto.producerName, proto.producerVersion].filter((part) => part !== '').join(' '),
    metadata: Object.fromEntries(proto.metadataProps.map(({ key, value }) => [key, value])),
    ...readGraph(proto.graph, new Set(), refuse),
  };
}

function decode(bytes: Uint8Array, refuse: Refuse) {
  try {
    return fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
  } catch (cause) {
    return refuse(cause instanceof Error ? cause.message : String(cause));
  }
}

/** A version: an integer above 0. */
function whole(value: bigint, what: string, refuse: Refuse): number {
  const number = Number(value);
  return number >= 1 && Number.isSafeInteger(number) ? number : refuse(`${what} has version ${value}`);
}

/** `outer` are the values of the graphs around it, which a subgraph sees. */
function readGraph(proto: GraphProto, outer: ReadonlySet<string>, refuse: Refuse): FileGraph {
  const defined = new Set(outer);
  const own = new Set<string>();
  const define = (name: string, what: string) => {
    if (name === '') refuse(`${what} has no name`);
    if (own.has(name)) refuse(`"${name}" is defined twice`);
    own.add(name);
    defined.add(name);
  };
  const inputs = proto.input.map((port) => readPort(port, refuse));
  for (const { name } of inputs) define(name, 'an input');
  if (proto.sparseInitializer.length > 0) refuse('it has sparse constants, which are not read');
  const tensors = proto.initializer.map((tensor) => {
    const read = readTensor(tensor, `constant "${tensor.name}"`, refuse);
    // An initializer may be the default of an input.
    if (!inputs.some(({ name }) => name === read.name) || read.name === '') define(read.name, 'a constant');
    return read;
  });
  const nodes = proto.node.map((node) => {
    const read = readNode(node, defined, refuse);
    for (const output of read.outputs) if (output !== '') define(output, `an output of ${read.type}`);
    return read;
  });
  const outputs = proto.output.map((port) => readPort(port, refuse));
  const missing = outputs.find(({ name }) => !defined.has(name));
  if (missing !== undefined) refuse(`nothing computes the output "${missing.name}"`);
  return {
    name: proto.name,
    ...{ inputs, outputs, nodes },
    constants: tensors.filter((tensor): tensor is FileTensor => !isExternal(tensor)),
    external: tensors.filter(isExternal),
  };
}

function readPort({ name, type }: ValueInfoProto, refuse: Refuse): FilePort {
  const kind = type?.value;
  if (kind?.case !== 'tensorType') return { name };
  const { elemType, shape } = kind.value;
  const dtype = dtypeOf(elemType, `"${name}"`, refuse);
  if (shape === undefined) return { name, dtype };
  const dimensions = shape.dim.map(({ value }): OnnxDimension => {
    // A dimension without a value may be anything.
    if (value.case === 'dimParam') return value.value;
    const dimension = value.case === undefined ? undefined : Number(value.value);
    if (dimension === undefined) return '?';
    return dimension >= 0 && Number.isSafeInteger(dimension)
      ? dimension
      : refuse(`"${name}" has a dimension of ${value.value}`);
  });
  return { name, dtype, shape: dimensions };
}

function readNode(proto: NodeProto, defined: ReadonlySet<string>, refuse: Refuse): FileNode {
  const { name, opType: type, domain, input: inputs, output: outputs } = proto;
  const what = name === '' ? type : `${type} "${name}"`;
  if (type === '') refuse(`node "${name}" has no operator`);
  const unknown = inputs.find((operand) => operand !== '' && !defined.has(operand));
  if (unknown !== undefined) refuse(`${what} takes "${unknown}", which nothing before it computes`);
  const attributes = proto.attribute.map(
    (attribute) =>
      [attribute.name, readAttribute(attribute, `attribute ${attribute.name} of ${what}`, defined, refuse)] as const,
  );
  const standard = domain === '' || domain === 'ai.onnx';
  return {
    ...{ name, type, inputs, outputs },
    ...(standard ? {} : { domain }),
    attributes: Object.fromEntries(attributes),
  };
}

const kinds = AttributeProto_AttributeType;

function readAttribute(
  proto: AttributeProto,
  what: string,
  defined: ReadonlySet<string>,
  refuse: Refuse,
): FileAttribute {
  switch (proto.type) {
    case kinds.INT:
      return integer(proto.i);
    case kinds.INTS:
      return proto.ints.map(integer);
    case kinds.FLOAT:
      return { float: proto.f };
    case kinds.FLOATS:
      return { floats: proto.floats };
    case kinds.STRING:
      return text(proto.s);
    case kinds.STRINGS:
      return { strings: proto.strings.map(text) };
    case kinds.TENSOR: {
      const tensor = proto.t === undefined ? refuse(`${what} has no tensor`) : readTensor(proto.t, what, refuse);
      return isExternal(tensor) ? { unread: `tensor in ${tensor.file}` } : { tensor };
    }
    case kinds.GRAPH:
      return { graph: proto.g === undefined ? refuse(`${what} has no graph`) : readGraph(proto.g, defined, refuse) };
    case kinds.UNDEFINED:
      return refuse(`${what} has no kind`);
    default:
      return { unread: kinds[proto.type] ?? `kind ${proto.type}` };
  }
}

function integer(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
