/** Readers of models and of their values: safetensors and ONNX. */

import { readFileSync } from 'node:fs';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema } from 'onnx-buf';
import { add, relu } from '../../../src/graph/elementwise.ts';
import { matmul } from '../../../src/graph/linear.ts';
import { trace } from '../../../src/graph/trace.ts';
import { encode } from '../../../src/onnx/encode.ts';
import { lower } from '../../../src/onnx/lower.ts';
import { printModel } from '../../../src/onnx/print.ts';
import { readModel } from '../../../src/onnx/read-model.ts';
import { decodeSafetensors, encodeSafetensors } from '../../../src/train/safetensors.ts';
import { mutateBytes } from '../mutate-bytes.ts';
import { changeText } from '../mutate-text.ts';
import { changeTree, jsonOf } from '../mutate-tree.ts';
import type { Mutation } from '../mutation.ts';
import type { Reader } from '../reader.ts';

/** The header of a safetensors file changed as a tree or as text, and its length set right again. */
const changeHeader: Mutation = (input, random) => {
  const length = Number(new DataView(input.buffer, input.byteOffset).getBigUint64(0, true));
  const text = new TextDecoder().decode(input.subarray(8, 8 + length));
  const changed = random.integer(4) === 0 ? changeText(text, random) : jsonOf(changeTree(JSON.parse(text), random));
  const header = new TextEncoder().encode(changed);
  const bytes = new Uint8Array(Buffer.concat([new Uint8Array(8), header, input.subarray(8 + length)]));
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  return { bytes, resigned: true };
};
const safetensors: Reader = {
  name: 'safetensors',
  inputs: [
    encodeSafetensors(
      new Map([
        ['dense1/weight', { shape: [2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6) }],
        ['dense1/bias', { shape: [3], values: Float32Array.of(7, 8, 9) }],
        ['scale', { shape: [], values: Float32Array.of(0.5) }],
      ]),
      { by: 'dolina' },
    ),
    encodeSafetensors(new Map()),
  ],
  read(bytes) {
    const read = decodeSafetensors(bytes, 'a.safetensors');
    for (const [name, { shape, values }] of read.tensors) {
      const size = shape.reduce((product, dimension) => product * dimension, 1);
      if (values.length !== size) throw new Error(`${name} of shape ${shape} has ${values.length} values`);
    }
    return read;
  },
  mutations: [changeHeader, changeHeader],
};

/** A message of an ONNX file changed somewhere inside: a dimension, a name, a type, some bytes. */
const changeMessage: Mutation = (input, random) => {
  try {
    const message = fromBinary(ModelProtoSchema, input);
    return { bytes: toBinary(ModelProtoSchema, changeTree(message, random)), resigned: true };
  } catch {
    // Not every tree can be written.
    return mutateBytes(input, random);
  }
};
const f = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
const { model: torch } = JSON.parse(
  readFileSync(new URL('../../fixtures/onnx/torch.json', import.meta.url), 'utf8'),
) as { readonly model: string };
const onnx: Reader = {
  name: 'onnx',
  inputs: [
    new Uint8Array(Buffer.from(torch, 'base64')),
    encode(lower(trace({ x: f(2, 3), w: f(3, 4) }, ({ x, w }) => ({ y: relu(add(matmul(x, w), 0.5)) })))),
  ],
  read: (bytes) => printModel(readModel(bytes, 'a.onnx')),
  mutations: [changeMessage, changeMessage],
};

export const modelReaders: readonly Reader[] = [safetensors, onnx];
