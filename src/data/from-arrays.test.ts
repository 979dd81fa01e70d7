import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromArrays } from './from-arrays.ts';
import { withNormalization } from './normalization.ts';

const xor = {
  input: [
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ],
  target: [0, 1, 1, 0],
};

describe('fromArrays', () => {
  it('takes shapes, dtypes and labels from nested lists', () => {
    const set = fromArrays({ ...xor, classes: 2 });
    expect(set.size).toBe(4);
    expect(set.input).toEqual({ shape: [2], dtype: 'float32' });
    expect(set.target).toEqual({ shape: [], dtype: 'int32', classes: 2 });
    const input = new Float32Array(6);
    const target = new Int32Array(3);
    set.copy([2, 0, 3], input, target);
    expect(Array.from(input)).toEqual([1, 0, 0, 0, 1, 1]);
    expect(Array.from(target)).toEqual([1, 0, 0]);
  });

  it('keeps bytes as bytes, to be scaled by 1/255 in the graph, and targets without classes as numbers', () => {
    const set = fromArrays({
      input: Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8]),
      inputShape: [1, 2, 2],
      target: Float64Array.from([0.5, -0.5]),
    });
    expect(set.input).toEqual({ shape: [1, 2, 2], dtype: 'uint8' });
    expect(set.target).toEqual({ shape: [], dtype: 'float32' });
    expect(set.normalization).toEqual({ scale: 1 / 255 });
    const input = new Uint8Array(4);
    const target = new Float32Array(1);
    set.copy([1], input, target);
    expect(Array.from(input)).toEqual([5, 6, 7, 8]);
    expect(target[0]).toBe(-0.5);
  });

  it('copies any rows in any order, short rows and long, as plain indexing would', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.nat(1000), { minLength: 1, maxLength: 30 }),
        (width, size, picks) => {
          const input = Float32Array.from({ length: size * width }, (_, i) => i);
          const set = fromArrays({ input, inputShape: [width], target: new Int32Array(size).map((_, i) => i) });
          const indices = picks.map((pick) => pick % size);
          const rows = new Float32Array(indices.length * width);
          const targets = new Int32Array(indices.length);
          set.copy(indices, rows, targets);
          expect(Array.from(targets)).toEqual(indices);
          expect(Array.from(rows)).toEqual(
            indices.flatMap((index) => Array.from({ length: width }, (_, j) => index * width + j)),
          );
        },
      ),
      { seed: 1 },
    );
  });

  it('refuses a label outside the classes, naming the row and the value', () => {
    expect(() => fromArrays({ ...xor, target: [0, 1, 2, 0], classes: 2 })).toThrow(
      'the label in row 2 (counted from 0) is 2 (fromArrays({ target })). With 2 classes, labels are the integers 0 to 1.',
    );
    expect(() => fromArrays({ ...xor, target: [0, -1, 1, 0], classes: 2 })).toThrow('row 1 (counted from 0) is -1');
    expect(() => fromArrays({ ...xor, target: [0, 0.5, 1, 0], classes: 2 })).toThrow('row 1 (counted from 0) is 0.5');
    expect(() => fromArrays({ ...xor, target: Uint8Array.from([0, 1, 1, 9]), classNames: ['no', 'yes'] })).toThrow(
      'row 3 (counted from 0) is 9',
    );
  });

  it('refuses NaN, infinities and numbers beyond float32, naming the place', () => {
    const rows = (value: number) => [
      [0, 1],
      [2, value],
    ];
    const target = [0, 0];
    expect(() => fromArrays({ input: rows(Number.NaN), target })).toThrow('row 1, position 1 (counted from 0) is NaN');
    expect(() => fromArrays({ input: Float32Array.from([1, Number.POSITIVE_INFINITY]), target })).toThrow(
      'row 1 (counted from 0) is Infinity',
    );
    expect(() => fromArrays({ input: rows(1e39), target })).toThrow('is 1e+39, which is beyond float32');
    expect(() => fromArrays({ input: rows(1), target: [0, Number.NaN] })).toThrow('fromArrays({ target })');
  });

  it('refuses lengths that do not fit', () => {
    expect(() => fromArrays({ ...xor, target: [0, 1, 1] })).toThrow('4 inputs for 3 targets');
    expect(() => fromArrays({ input: new Float32Array(7), target: [0, 1] })).toThrow('7 numbers for 2 targets');
    expect(() => fromArrays({ input: new Float32Array(7), inputShape: [2], target: [0, 1] })).toThrow(
      '7 numbers are no whole number of examples',
    );
    expect(() => fromArrays({ input: [[1, 2], [3]], target: [0, 1] })).toThrow(
      'entry [1] is a list of 1 where the first one is a list of 2',
    );
    expect(() => fromArrays({ input: [[1], ['2' as unknown as number]], target: [0, 1] })).toThrow(
      'entry [1][0] is "2" where the first one is a number',
    );
    expect(() => fromArrays({ input: [], target: [] })).toThrow('there are no examples');
    expect(() => fromArrays({ ...xor, classes: 3, classNames: ['a', 'b'] })).toThrow('2 class names for 3 classes');
    expect(() => fromArrays({ ...xor, target: xor.input, classes: 2 })).toThrow('class labels of shape [2]');
    expect(() => fromArrays({ ...xor, lables: 1 } as never)).toThrow('unknown option "lables"');
  });

  it('refuses staging arrays that are too short or of another dtype, and indices outside the set', () => {
    const set = fromArrays({ ...xor, classes: 2 });
    const target = new Int32Array(1);
    expect(() => set.copy([0], new Float32Array(1), target)).toThrow('Give a float32 array of at least 2 elements.');
    expect(() => set.copy([0], new Uint8Array(2), target)).toThrow('input is a Uint8Array of 2');
    expect(() => set.copy([4], new Float32Array(2), target)).toThrow('there is no example 4. Indices run from 0 to 3.');
    const wide = fromArrays({ input: new Uint8Array(60), inputShape: [20], target: [0, 0, 0] });
    const pair = [new Uint8Array(60), new Float32Array(3)] as const;
    expect(() => wide.copy([1, 2, 3], ...pair)).toThrow('there is no example 3');
    expect(() => wide.copy([-1], ...pair)).toThrow('there is no example -1');
    expect(() => wide.copy([0.5], ...pair)).toThrow('there is no example 0.5');
  });
});

describe('withNormalization', () => {
  it('changes only the description, and refuses one that does not fit the channels', () => {
    const set = fromArrays({ ...xor, classes: 2 });
    const changed = withNormalization(set, { scale: 2, mean: [1, 1], deviation: [0.5, 2] });
    expect(changed.normalization).toEqual({ scale: 2, mean: [1, 1], deviation: [0.5, 2] });
    expect(JSON.parse(JSON.stringify(changed.normalization))).toEqual(changed.normalization);
    const input = new Float32Array(2);
    changed.copy([3], input, new Int32Array(1));
    expect(Array.from(input)).toEqual([1, 1]);
    expect(() => withNormalization(set, { scale: 1, mean: [0] })).toThrow('mean has 1 numbers for 2 channels');
    expect(() => withNormalization(set, { scale: 1, deviation: [1, 0] })).toThrow('deviation[1] is 0');
    expect(() => withNormalization(set, { scale: 0 })).toThrow('scale is 0');
  });
});
