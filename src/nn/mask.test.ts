import { describe, expect, it } from 'vitest';
import { key, RandomStream } from '../base/random.ts';
import { drawMask } from './mask.ts';

describe('drawMask', () => {
  it('keeps with the given probability over 400 000 draws, within 4 standard errors', () => {
    // 255.5 / 256 and 0.5 / 256 hang on the bits beyond the first byte alone.
    for (const probability of [0.5 / 256, 0.1, 0.5, 0.8, 255.5 / 256]) {
      const values = new Uint8Array(400_000);
      drawMask(values, probability, new RandomStream(key(2)));
      const kept = values.reduce((total, value) => total + value, 0) / values.length;
      expect(Math.abs(kept - probability)).toBeLessThan(4 * Math.sqrt((probability * (1 - probability)) / 400_000));
      expect(values.every((value) => value === 0 || value === 1)).toBe(true);
    }
  });

  it('draws neighbours independently: the lag correlations of 400 000 draws lie within 4 standard errors of 0', () => {
    const values = new Uint8Array(400_000);
    drawMask(values, 0.5, new RandomStream(key(4)));
    for (const lag of [1, 2, 3, 4, 5]) {
      let sum = 0;
      for (let i = lag; i < values.length; i++) sum += (2 * values[i]! - 1) * (2 * values[i - lag]! - 1);
      expect(Math.abs(sum / values.length)).toBeLessThan(4 / Math.sqrt(values.length));
    }
  });

  it('keeps everything at probability 1 and nothing at 0, over what was there before', () => {
    const values = new Uint8Array(1000).fill(7);
    drawMask(values, 1, new RandomStream(key(2)));
    expect(values.every((value) => value === 1)).toBe(true);
    drawMask(values, 0, new RandomStream(key(2)));
    expect(values.every((value) => value === 0)).toBe(true);
  });

  it('gives the same mask for the same stream, and another for another', () => {
    const draw = (seed: number) => {
      const values = new Uint8Array(101);
      drawMask(values, 0.5, new RandomStream(key(seed)));
      return values;
    };
    expect(draw(2)).toEqual(draw(2));
    expect(draw(2)).not.toEqual(draw(3));
  });
});
