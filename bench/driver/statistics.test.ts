import { expect, test } from 'vitest';
import { quantile, summary } from './statistics.mjs';

test('quantiles interpolate between neighbours and do not need sorted values', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([10, 0], 0.25)).toBe(2.5);
  expect(quantile([7], 0.9)).toBe(7);
});

test('a summary counts its repetitions', () => {
  expect(summary([3, 1, 2])).toEqual({ medianMs: 2, minMs: 1, spreadMs: [1.5, 2.5], runs: 3 });
});
