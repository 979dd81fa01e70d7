import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatNumber } from './number-format.ts';

describe('formatNumber', () => {
  it.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [0.3, '0.3'],
    [0.30123, '0.301'],
    [2.345678, '2.35'],
    [9.999, '10'],
    [99.96, '100'],
    [938, '938'],
    [1234.5, '1235'],
    [9999, '9999'],
    [10000, '10k'],
    [12345, '12.3k'],
    [99940, '99.9k'],
    [99960, '100k'],
    [999_999, '1M'],
    [1.5e9, '1.5G'],
    [2e12, '2T'],
    [3e15, '3e15'],
    [0.001, '0.001'],
    [0.0003, '0.0003'],
    [1e-5, '1e-5'],
    [1.234e-7, '1.23e-7'],
    [-0.0451, '-0.0451'],
    [-12345, '-12.3k'],
    [100, '100'],
    [20.04, '20'],
    [Number.NaN, 'NaN'],
    [Number.NEGATIVE_INFINITY, '-Infinity'],
  ])('writes %d as %s', (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });

  it('keeps its width where asked', () => {
    expect([0.3, 0.301, 1.2, 10.04].map((value) => formatNumber(value, { steady: true }))).toEqual([
      '0.300',
      '0.301',
      '1.20',
      '10.0',
    ]);
  });

  it('is within half a unit of the third digit of any number', () => {
    const units: Record<string, number> = { k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
    const read = (text: string) => Number.parseFloat(text) * (units[text.at(-1)!] ?? 1);
    fc.assert(
      fc.property(fc.double({ noNaN: true, min: -1e300, max: 1e300 }), (value) => {
        expect(Math.abs(read(formatNumber(value)) - value)).toBeLessThanOrEqual(Math.abs(value) * 0.00501);
      }),
    );
  });
});
