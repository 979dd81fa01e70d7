import { describe, expect, it, vi } from 'vitest';
import { hostArray } from '../base/dtype.ts';
import { DataError, ShapeError } from '../base/errors.ts';
import { size } from '../base/shape.ts';
import type { Dataset } from './dataset.ts';
import { fromArrays } from './from-arrays.ts';
import { ownMemory, packDataset, packedBytes, unpackDataset } from './packed-dataset.ts';
import { subset } from './subset.ts';
import { fromText } from './text/from-text.ts';
import { withWeights } from './with-weights.ts';

const images = fromArrays({
  name: 'images',
  input: Uint8Array.from({ length: 3000 * 20 }, (_, i) => (7 * i) % 251),
  inputShape: [1, 4, 5],
  target: Int32Array.from({ length: 3000 }, (_, i) => i % 3),
  classNames: ['a', 'b', 'c'],
});
const sets: Record<string, Dataset> = {
  'bytes with labels': images,
  'some of them, with weights': withWeights(subset(images, [5, 2999, 5, 17]), [0, 1, 2.5, 3]),
  'narrow numbers': fromArrays({ input: [[0.5], [1.5], [2.5]], target: [[1], [2], [3]] }),
  'pieces of a text that overlap': fromText('abracadabra, abracadabra', { length: 5, stride: 1 }),
};

function examples({ input, target, copy }: Dataset, indices: readonly number[]) {
  const inputs = hostArray(input.dtype, indices.length * size(input.shape));
  const targets = hostArray(target.dtype, indices.length * size(target.shape));
  copy(indices, inputs, targets);
  return { inputs, targets };
}

describe.each(Object.entries(sets))('a data set of %s, packed, cloned and unpacked', (_, dataset) => {
  const packed = packDataset(dataset);
  const other = unpackDataset(structuredClone(packed));

  it('has the same examples under the same numbers, and the same description', () => {
    const all = Array.from({ length: dataset.size }, (_, i) => dataset.size - 1 - i);
    expect(examples(other, all)).toEqual(examples(dataset, all));
    const { copy: _, ...described } = other;
    for (const [name, value] of Object.entries(described)) expect(dataset[name as keyof Dataset]).toEqual(value);
    expect(other.weights).toEqual(dataset.weights);
  });

  it('refuses what is no example, and arrays that are too short', () => {
    expect(() => examples(other, [dataset.size])).toThrow(DataError);
    expect(() => other.copy([0, 1], hostArray(other.input.dtype, 1), hostArray(other.target.dtype, 99))).toThrow(
      ShapeError,
    );
  });

  it('takes the bytes that it says', () => {
    const { input, target } = packed;
    expect(packedBytes(dataset)).toBe(input.byteLength + target.byteLength + 4 * dataset.size);
  });
});

it('lies in shared memory where there is some, else in memory that is handed over', () => {
  expect(ownMemory(packDataset(images))).toEqual([]);
  vi.stubGlobal('SharedArrayBuffer', undefined);
  try {
    const packed = packDataset(sets['some of them, with weights']!);
    expect(ownMemory(packed)).toEqual([packed.input.buffer, packed.target.buffer, packed.weights!.buffer]);
  } finally {
    vi.unstubAllGlobals();
  }
});
