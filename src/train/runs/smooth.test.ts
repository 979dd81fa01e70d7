import { expect, it } from 'vitest';
import { smooth } from './smooth.ts';

it('is the weighted mean of the values so far, to 1e-12', () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6];
  for (const weight of [0.3, 0.6, 0.99]) {
    const direct = values.map((_, n) => {
      const weights = values.slice(0, n + 1).map((_, i) => weight ** (n - i));
      const sum = weights.reduce((total, w, i) => total + w * values[i]!, 0);
      return sum / weights.reduce((total, w) => total + w, 0);
    });
    for (const [n, value] of smooth(values, weight).entries()) expect(value).toBeCloseTo(direct[n]!, 12);
  }
});

it('is what TensorBoard computes: its running sum over 1 − wⁿ', () => {
  // Its loop: last = last · w + (1 − w) · y, shown as last / (1 − wⁿ); by hand for w = 0.5 and 1, 0, 0.
  expect(smooth([1, 0, 0], 0.5)).toEqual([0.5 / 0.5, 0.25 / 0.75, 0.125 / 0.875]);
});

it('keeps constants, changes nothing at weight 0, and passes by what is not finite', () => {
  for (const value of smooth([0.1, 0.1, 0.1], 0.9)) expect(value).toBeCloseTo(0.1, 15);
  expect(smooth([3, 1, 2], 0)).toEqual([3, 1, 2]);
  const [first, nan, second] = smooth([1, Number.NaN, 0], 0.5);
  expect([first, second]).toEqual([1, 0.25 / 0.75]);
  expect(nan).toBeNaN();
});

it('refuses a weight of 1, which would never move', () => {
  expect(() => smooth([1], 1)).toThrow(/weight is 1.*below 1/);
});
