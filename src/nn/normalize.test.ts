import { describe, expect, it } from 'vitest';
import type { Dtype } from '../base/dtype.ts';
import type { Normalization } from '../base/normalization.ts';
import { type Shape, size } from '../base/shape.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { evaluate } from '../runtime/reference.ts';
import { normalize } from './normalize.ts';

function run(shape: Shape, dtype: Dtype, normalization: Normalization): number[] {
  const builder = new GraphBuilder();
  const y = normalize(builder.input('x', { shape, dtype }), normalization);
  expect([y.dtype, y.shape]).toEqual(['float32', shape]);
  const x = Float64Array.from({ length: size(shape) }, (_, i) => (i * 37) % 256);
  return Array.from(evaluate(builder.finish(new Map([['y', y]])), new Map([['x', x]])).get('y')!);
}

describe('normalize', () => {
  const bytes = (i: number) => (i * 37) % 256;

  it('scales bytes to [0, 1], within 1e-15', () => {
    run([2, 3], 'uint8', { scale: 1 / 255 }).forEach((value, i) => {
      expect(Math.abs(value - bytes(i) / 255)).toBeLessThan(1e-15);
    });
  });

  it.each<[string, Shape]>([
    ['images', [2, 3, 2, 4]],
    ['table rows', [5, 3]],
  ])('subtracts the mean and divides by the deviation of each channel of %s, within 1e-14', (_, shape) => {
    const [mean, deviation] = [
      [0.25, 0.5, 0],
      [0.5, 0.125, 2],
    ];
    const area = size(shape.slice(2));
    run(shape, 'uint8', { scale: 1 / 255, mean: mean!, deviation: deviation! }).forEach((value, i) => {
      const channel = Math.floor(i / area) % 3;
      const expected = (bytes(i) / 255 - mean![channel]!) / deviation![channel]!;
      expect(Math.abs(value - expected)).toBeLessThan(1e-14);
    });
  });

  it('takes one number for all channels, beside one for each', () => {
    const values = run([1, 2], 'float32', { scale: 2, mean: [1], deviation: [1, 10] });
    expect(values).toEqual([-1, expect.closeTo((74 - 1) / 10, 12)]);
  });

  it.each<[string, Normalization, RegExp]>([
    ['another number of channels', { scale: 1, mean: [0, 0] }, /2 channels are described.*\[1, 3, 2, 2\]/],
    ['lists of different lengths', { scale: 1, mean: [0, 0, 0], deviation: [1, 1] }, /3 means and 2 deviations/],
    ['a deviation of 0', { scale: 1, deviation: [0] }, /deviation\[0\] is 0/],
    ['a scale that is NaN', { scale: Number.NaN }, /scale is NaN/],
    ['an unknown option', { scale: 1, std: [1] } as Normalization, /unknown option "std"/],
  ])('refuses %s', (_, normalization, message) => {
    expect(() => run([1, 3, 2, 2], 'uint8', normalization)).toThrow(message);
  });
});
