/** A data set as plain data that another thread can take: its description, and its examples in memory. */

import { bytesPerElement, type HostArray } from '../base/dtype.ts';
import { size as elementCount } from '../base/shape.ts';
import { checkStaging } from './check-staging.ts';
import { type DataDtype, type Dataset, description, type FieldSpec } from './dataset.ts';
import { gatherRows } from './gather-rows.ts';

export interface PackedDataset {
  readonly description: ReturnType<typeof description>;
  readonly size: number;
  /** All examples, one after another: on shared memory where the platform has it. */
  readonly input: HostArray;
  readonly target: HostArray;
  readonly weights?: Float32Array;
}

/** Examples that are copied at once. */
const block = 1024;

/** Bytes that a packed data set takes. */
export function packedBytes({ size, input, target }: Dataset): number {
  const bytes = ({ shape, dtype }: FieldSpec) => elementCount(shape) * bytesPerElement[dtype];
  return size * (bytes(input) + bytes(target) + bytesPerElement.float32);
}

/** Copies every example of a data set, whatever it is made of. */
export function packDataset(dataset: Dataset): PackedDataset {
  const { size } = dataset;
  const width = { input: elementCount(dataset.input.shape), target: elementCount(dataset.target.shape) };
  const input = sharedArray(dataset.input.dtype, size * width.input);
  const target = sharedArray(dataset.target.dtype, size * width.target);
  for (let begin = 0; begin < size; begin += block) {
    const indices = Uint32Array.from({ length: Math.min(block, size - begin) }, (_, i) => begin + i);
    dataset.copy(indices, input.subarray(begin * width.input), target.subarray(begin * width.target));
  }
  const { weights } = dataset;
  return {
    ...{ description: description(dataset), size, input, target },
    ...(weights === undefined ? {} : { weights: sharedCopy(weights) }),
  };
}

/** The data set that was packed: the same examples under the same numbers. */
export function unpackDataset({ description, size, input, target, weights }: PackedDataset): Dataset {
  const width = { input: elementCount(description.input.shape), target: elementCount(description.target.shape) };
  return Object.freeze({
    ...description,
    size,
    ...(weights === undefined ? {} : { weights }),
    copy(indices: ArrayLike<number>, intoInput: HostArray, intoTarget: HostArray): void {
      checkStaging('input', intoInput, indices.length * width.input, description.input.dtype);
      checkStaging('target', intoTarget, indices.length * width.target, description.target.dtype);
      gatherRows(input, width.input, indices, intoInput, size);
      gatherRows(target, width.target, indices, intoTarget, size);
    },
  });
}

/** The memory of a packed data set that has to be handed over, where it cannot be shared. */
export function ownMemory({ input, target, weights }: PackedDataset): ArrayBuffer[] {
  return [input, target, weights].flatMap((array) => (array?.buffer instanceof ArrayBuffer ? [array.buffer] : []));
}

function sharedArray(dtype: DataDtype, length: number): HostArray {
  const bytes = length * bytesPerElement[dtype];
  const buffer = typeof SharedArrayBuffer === 'undefined' ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);
  switch (dtype) {
    case 'float32':
      return new Float32Array(buffer as ArrayBuffer);
    case 'int32':
      return new Int32Array(buffer as ArrayBuffer);
    case 'uint8':
      return new Uint8Array(buffer as ArrayBuffer);
  }
}

function sharedCopy(values: Float32Array): Float32Array {
  const copy = sharedArray('float32', values.length) as Float32Array;
  copy.set(values);
  return copy;
}
