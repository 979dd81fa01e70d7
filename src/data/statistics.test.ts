import { describe, expect, it } from 'vitest';
import { key, RandomStream } from '../base/random.ts';
import { fromArrays } from './from-arrays.ts';
import { standardized, statistics } from './statistics.ts';

describe('statistics', () => {
  it('gives the mean and population deviation of each channel, worked by hand', () => {
    // Two examples of two channels of two pixels.
    const set = fromArrays({
      input: Uint8Array.from([0, 2, 10, 10, 4, 6, 10, 10]),
      inputShape: [2, 1, 2],
      target: [0, 0],
    });
    const measured = statistics(set);
    expect(measured.mean[0]).toBeCloseTo(3 / 255, 15);
    expect(measured.mean[1]).toBeCloseTo(10 / 255, 15);
    expect(measured.deviation[0]).toBeCloseTo(Math.sqrt(5) / 255, 15);
    expect(measured.deviation[1]).toBe(0);
    expect(standardized(set, measured).normalization.deviation![1]).toBe(1);
  });

  it('brings every feature to mean 0 and deviation 1 within 1e-9, far from zero too', () => {
    const stream = new RandomStream(key(2));
    const input = Array.from({ length: 600 }, () => [1e6 + stream.normal(), 3 * stream.normal() - 7, stream.uniform()]);
    const set = fromArrays({ input, target: new Float32Array(600) });
    const { mean, deviation } = standardized(set, statistics(set)).normalization;
    for (let feature = 0; feature < 3; feature++) {
      const values = input.map((row) => (Math.fround(row[feature]!) - mean![feature]!) / deviation![feature]!);
      expect(Math.abs(values.reduce((sum, z) => sum + z, 0) / 600)).toBeLessThan(1e-9);
      expect(Math.abs(values.reduce((sum, z) => sum + z * z, 0) / 600 - 1)).toBeLessThan(1e-9);
    }
  });
});
