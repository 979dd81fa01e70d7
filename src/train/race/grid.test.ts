import { describe, expect, it } from 'vitest';
import { bestExponent, edgeOf, firstExponents, furtherExponents, type GridScore, rateAt } from './grid.ts';
import type { Measure } from './measure.ts';

const error: Measure = { tag: 'validation/error', better: 'lower' };
const size = { points: 5, pointsPerDecade: 2, mostPoints: 8 };
const all = () => true;
const at = (value: number, loss = value): GridScore => ({ diverged: false, value, loss });
const lost: GridScore = { diverged: true, value: Number.NaN, loss: Number.NaN };
const scores = (...values: readonly (readonly [number, GridScore])[]) => new Map(values);

describe('the lattice of learning rates', () => {
  it('holds n rates to a factor of ten, the powers of ten among them', () => {
    expect([-9, -8, -7, -6].map((k) => rateAt(k, 3))).toEqual([0.001, 0.00215, 0.00464, 0.01]);
    expect([-3, -2, -1, 0, 1].map((k) => rateAt(k, 1))).toEqual([0.001, 0.01, 0.1, 1, 10]);
  });

  it('is centred on the point nearest the start, and leaves out what the rule refuses', () => {
    expect(firstExponents(0.01, size, all).map((k) => rateAt(k, 2))).toEqual([0.001, 0.00316, 0.01, 0.0316, 0.1]);
    expect(firstExponents(0.012, size, all)).toEqual(firstExponents(0.01, size, all));
    expect(firstExponents(0.01, size, (rate) => rate < 0.02)).toHaveLength(3);
  });
});

describe('the choice of a rate', () => {
  it('takes the best measure, in its own sense, and counts what diverged as the worst', () => {
    const found = scores([0, at(0.3)], [1, at(0.2)], [2, lost]);
    expect(bestExponent(found, error)).toBe(1);
    expect(bestExponent(found, { tag: 'validation/accuracy', better: 'higher' })).toBe(0);
    expect(bestExponent(scores([0, lost], [1, lost]), error)).toBeUndefined();
  });

  it('decides equal measures by the loss, and equal losses by the smaller rate', () => {
    expect(bestExponent(scores([0, at(0.1, 3)], [1, at(0.1, 2)], [2, at(0.1, 2)]), error)).toBe(1);
    expect(bestExponent(scores([0, at(0.1, Number.NaN)], [1, at(0.1, 2)]), error)).toBe(1);
  });
});

describe('a grid', () => {
  const grid = (...values: number[]) => new Map(values.map((value, k) => [k, at(value)]));

  it('stays as it is where the best rate lies inside', () => {
    expect(edgeOf(grid(3, 1, 2), error)).toBeUndefined();
    expect(furtherExponents(grid(3, 1, 2), size, error, all)).toEqual([]);
  });

  it('is widened by half a decade beyond the edge on which the best rate lies', () => {
    expect(furtherExponents(grid(1, 2, 3), size, error, all)).toEqual([-1]);
    expect(furtherExponents(grid(3, 2, 1), size, error, all)).toEqual([3]);
    const fine = { ...size, pointsPerDecade: 3 };
    expect(furtherExponents(grid(3, 2, 1), fine, error, all)).toEqual([3, 4]);
  });

  it('is widened towards smaller rates, by a decade, where every rate diverged', () => {
    expect(furtherExponents(scores([4, lost], [5, lost]), size, error, all)).toEqual([3, 2]);
  });

  it('is not widened beyond its limit, nor to rates that the rule refuses', () => {
    const full = grid(8, 7, 6, 5, 4, 3, 2, 1);
    expect(furtherExponents(full, size, error, all)).toEqual([]);
    expect(furtherExponents(grid(3, 2, 1), size, error, (rate) => rate <= rateAt(2, 2))).toEqual([]);
  });
});
