import { readFileSync } from 'node:fs';
import { create, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType,
  GraphProtoSchema,
  ModelProtoSchema,
  TensorProto_DataLocation,
  TensorProto_DataType,
} from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { DataError } from '../base/errors.ts';
import { add, relu } from '../graph/elementwise.ts';
import { matmul } from '../graph/linear.ts';
import { trace } from '../graph/trace.ts';
import { encode } from './encode.ts';
import { lower } from './lower.ts';
import { printModel } from './print.ts';
import { readModel } from './read-model.ts';

interface TorchFixture {
  readonly parameters: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
  >;
  readonly model: string;
}
const torch: TorchFixture = JSON.parse(
  readFileSync(new URL('../../test/fixtures/onnx/torch.json', import.meta.url), 'utf8'),
);

const valid: MessageInitShape<typeof GraphProtoSchema> = {
  input: [{ name: 'x' }],
  output: [{ name: 'y' }],
  node: [{ opType: 'Relu', input: ['x'], output: ['y'] }],
};
/** A file with a valid graph, changed where `graph` says so; `null` for none. */
function file(
  graph: MessageInitShape<typeof GraphProtoSchema> | null,
  opsets: MessageInitShape<typeof ModelProtoSchema>['opsetImport'] = [{ version: 21n }],
) {
  const model = create(ModelProtoSchema, { irVersion: 10n, opsetImport: opsets! });
  if (graph !== null) model.graph = create(GraphProtoSchema, { ...valid, ...graph } as typeof valid);
  return toBinary(ModelProtoSchema, model);
}
const tensor = { name: 'c', dataType: TensorProto_DataType.FLOAT, dims: [2n, 1n] };

describe('readModel', () => {
  it('reads what PyTorch exported: ports, versions, attributes, and every parameter to the bit', () => {
    const model = readModel(Buffer.from(torch.model, 'base64'), 'torch.onnx');
    expect(model.inputs).toEqual([{ name: 'image', dtype: 'float32', shape: ['N', 1, 4, 4] }]);
    expect(model.outputs).toEqual([{ name: 'logits', dtype: 'float32', shape: ['N', 3] }]);
    expect([model.opsets, model.producer.split(' ')[0]]).toEqual([{ '': 13 }, 'pytorch']);
    expect(model.nodes.map(({ type }) => type)).toEqual(['Conv', 'Relu', 'MaxPool', 'Flatten', 'Gemm', 'LogSoftmax']);
    expect(model.nodes[0]!.attributes).toMatchObject({ kernel_shape: [3, 3], pads: [1, 1, 1, 1], group: 1 });
    expect(model.nodes[4]!.attributes).toMatchObject({ alpha: { float: 1 }, transB: 1 });
    for (const [name, { shape, values }] of Object.entries(torch.parameters)) {
      const constant = model.constants.find((one) => one.name === name)!;
      expect(constant.shape).toEqual(shape);
      expect([...constant.data]).toEqual(values);
    }
    expect(printModel(model)).toContain('Relu');
  });

  it('reads back what Dolina writes, printed alike', () => {
    const f = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
    const graph = trace({ x: f(2, 3), w: f(3, 4) }, ({ x, w }) => ({ y: relu(add(matmul(x, w), 0.5)) }));
    const model = lower(graph);
    expect(printModel(readModel(encode(model), 'a.onnx'))).toBe(printModel(model));
  });

  it('reads elements from every field that may hold them, subgraphs, and constants in other files', () => {
    const { INT64, FLOAT16, UINT64, BOOL, DOUBLE } = TensorProto_DataType;
    const model = readModel(
      file({
        initializer: [
          { name: 'a', dataType: INT64, dims: [2n], int64Data: [-1n, 2n ** 62n] },
          { name: 'b', dataType: FLOAT16, dims: [1n], int32Data: [0x3c00] },
          { name: 'c', dataType: UINT64, dims: [], uint64Data: [2n ** 64n - 1n] },
          { name: 'd', dataType: BOOL, dims: [2n], int32Data: [1, 0] },
          { name: 'e', dataType: DOUBLE, dims: [1n, 1n], doubleData: [0.1] },
          {
            ...tensor,
            name: 'f',
            dataLocation: TensorProto_DataLocation.EXTERNAL,
            externalData: [{ key: 'location', value: 'w.bin' }],
          },
        ],
        node: [
          {
            ...{ opType: 'If', input: ['x'], output: ['y'] },
            attribute: [
              {
                ...{ name: 'then_branch', type: AttributeProto_AttributeType.GRAPH },
                g: { output: [{ name: 'z' }], node: [{ opType: 'Relu', input: ['x'], output: ['z'] }] },
              },
            ],
          },
        ],
      }),
      'a.onnx',
    );
    expect(model.constants.map(({ name, dtype, data }) => [name, dtype, ...data])).toEqual([
      ['a', 'int64', -1n, 2n ** 62n],
      ['b', 'float16', 0x3c00],
      ['c', 'uint64', 2n ** 64n - 1n],
      ['d', 'bool', 1, 0],
      ['e', 'float64', 0.1],
    ]);
    expect(model.external).toEqual([{ name: 'f', dtype: 'float32', shape: [2, 1], file: 'w.bin' }]);
    expect(printModel(model)).toContain('y = If(x) {then_branch=graph { z = Relu(x); output z: ? }}');
  });

  it.each([
    [
      'an operand from nowhere',
      { node: [{ opType: 'Relu', name: 'r', input: ['q'], output: ['y'] }] },
      'Relu "r" takes "q"',
    ],
    ['an output from nowhere', { output: [{ name: 'z' }] }, 'nothing computes the output "z"'],
    ['a value defined twice', { node: [{ opType: 'Relu', input: ['x'], output: ['x'] }] }, '"x" is defined twice'],
    ['a node without operator', { node: [{ name: 'r', input: ['x'], output: ['y'] }] }, 'node "r" has no operator'],
    [
      'too few bytes',
      { initializer: [{ ...tensor, rawData: new Uint8Array(7) }] },
      'constant "c" of shape [2, 1] is to have 8 bytes of float32, and has 7',
    ],
    ['too few elements', { initializer: [{ ...tensor, floatData: [1] }] }, 'is to have 2 elements, and has 1'],
    ['a huge shape', { initializer: [{ ...tensor, dims: [2n ** 40n, 2n ** 40n] }] }, 'has dimensions that are none'],
    ['a negative dimension', { initializer: [{ ...tensor, dims: [-2n, -1n] }] }, 'has dimensions that are none'],
    [
      'a dtype that is not read',
      { initializer: [{ ...tensor, dataType: TensorProto_DataType.STRING }] },
      'has dtype STRING',
    ],
    [
      'an unnamed file',
      { initializer: [{ ...tensor, dataLocation: TensorProto_DataLocation.EXTERNAL }] },
      'which is not named',
    ],
  ])('refuses %s, and says which', (_, graph: MessageInitShape<typeof GraphProtoSchema>, message) => {
    expect(() => readModel(file(graph), 'a.onnx')).toThrow(DataError);
    expect(() => readModel(file(graph), 'a.onnx')).toThrow(message);
  });

  it('refuses what is no ONNX file, and one without graph or operator set', () => {
    const read = (bytes: Uint8Array) => () => readModel(bytes, 'a.onnx');
    expect(read(new TextEncoder().encode('<html>'))).toThrow(/not a valid ONNX file: .* \(a\.onnx\)/);
    expect(read(file(null))).toThrow('it has no graph');
    expect(read(file({}, []))).toThrow('it names no operator set');
    expect(read(file({}, [{ domain: 'x', version: 0n }]))).toThrow('operator set "x" has version 0');
    expect(read(file({}).subarray(0, 20))).toThrow(DataError);
  });
});
