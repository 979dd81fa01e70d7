import { describe, expect, it, vi } from 'vitest';
import { hostArray } from '../base/dtype.ts';
import { DataError, ShapeError } from '../base/errors.ts';
import { size } from '../base/shape.ts';
import type { Dataset, FieldSpec } from './dataset.ts';
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
  'several targets': fromArrays({
    input: Float32Array.from({ length: 5 * 2 }, (_, i) => i),
    inputShape: [2],
    targets: {
      kind: { values: Int32Array.of(0, 1, 0, 1, 1), classes: 2 },
      place: { values: Float32Array.from({ length: 15 }, (_, i) => i / 4), shape: [3] },
    },
  }),
  'pieces of a text that overlap': fromText('abracadabra, abracadabra', { length: 5, stride: 1 }),
};

function examples({ input, target, targets, copy }: Dataset, indices: readonly number[]) {
  const room = ({ dtype, shape }: FieldSpec) => hostArray(dtype, indices.length * size(shape));
  const inputs = room(input);
  const first = room(target);
  copy(indices, inputs, first);
  if (targets === undefined) return { inputs, first };
  const named = Object.fromEntries(Object.entries(targets).map(([name, spec]) => [name, room(spec)] as const));
  copy(indices, inputs, named);
  return { inputs, first, named };
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
    const bytes = Object.values(packed.targets).reduce((total, { byteLength }) => total + byteLength, 0);
    expect(packedBytes(dataset)).toBe(packed.input.byteLength + bytes + 4 * dataset.size);
  });
});

it('lies in shared memory where there is some, else in memory that is handed over', () => {
  expect(ownMemory(packDataset(images))).toEqual([]);
  vi.stubGlobal('SharedArrayBuffer', undefined);
  try {
    const packed = packDataset(sets['some of them, with weights']!);
    expect(ownMemory(packed)).toEqual([packed.input.buffer, packed.targets['']!.buffer, packed.weights!.buffer]);
  } finally {
    vi.unstubAllGlobals();
  }
});
