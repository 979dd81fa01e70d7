import { describe, expect, it } from 'vitest';
import { fromArrays } from './from-arrays.ts';
import { withNormalization } from './normalization.ts';
import { splitEnd } from './split-end.ts';
import { subset } from './subset.ts';
import { withWeights } from './with-weights.ts';

const set = fromArrays({ input: [[0], [1], [2], [3]], target: [0, 1, 0, 1], classes: 2 });

describe('withWeights', () => {
  it('gives each example its weight, which follows it into subsets, splits and other descriptions', () => {
    const weighted = withWeights(set, [1, 2, 0, 4]);
    expect(set.weights).toBeUndefined();
    expect(weighted.weights).toEqual(Float32Array.of(1, 2, 0, 4));
    expect(subset(weighted, [3, 0, 3]).weights).toEqual(Float32Array.of(4, 1, 4));
    expect(splitEnd(weighted, { count: 1 }).training.weights).toEqual(Float32Array.of(1, 2, 0));
    expect(withNormalization(weighted, { scale: 2 }).weights).toEqual(weighted.weights);
    expect(subset(set, [0]).weights).toBeUndefined();
    const [input, target] = [new Float32Array(1), new Int32Array(1)];
    weighted.copy([3], input, target);
    expect([input[0], target[0]]).toEqual([3, 1]);
  });

  it('refuses weights that are too few, negative, infinite or all 0', () => {
    expect(() => withWeights(set, [1, 2])).toThrow('2 weights for 4 examples');
    expect(() => withWeights(set, [1, 1, -1, 1])).toThrow('weight of example 2 (counted from 0) is -1');
    expect(() => withWeights(set, [1, Number.POSITIVE_INFINITY, 1, 1])).toThrow('weight of example 1');
    expect(() => withWeights(set, [0, 0, 0, 0])).toThrow('all weights are 0');
  });
});
