import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLabels, visitBlocks } from './blocks.ts';
import type { Dataset } from './dataset.ts';
import { fromArrays } from './from-arrays.ts';
import { split } from './split.ts';
import { subset, take } from './subset.ts';

/** A set whose input is the example's own index. */
function counted(labels: readonly number[]): Dataset {
  return fromArrays({ input: Int32Array.from(labels, (_, i) => i), target: labels, classes: Math.max(...labels) + 1 });
}

function members(dataset: Dataset): number[] {
  const result: number[] = [];
  visitBlocks(dataset, (input, _target, _start, count) => {
    result.push(...input.subarray(0, count));
  });
  return result;
}

const labelLists = fc.array(fc.nat(4), { minLength: 10, maxLength: 700 });

describe('split', () => {
  it('gives two disjoint parts that cover the set, in the original order, of the sizes asked for', () => {
    fc.assert(
      fc.property(
        labelLists,
        fc.double({ min: 0.1, max: 0.9, noNaN: true }),
        fc.nat(),
        fc.boolean(),
        (labels, fraction, seed, stratified) => {
          const { training, validation } = split(counted(labels), { fraction, seed, stratified });
          const [a, b] = [members(training), members(validation)];
          expect(validation.size).toBe(Math.round(fraction * labels.length));
          expect([a.length, b.length]).toEqual([training.size, validation.size]);
          expect([...a, ...b].sort((x, y) => x - y)).toEqual(labels.map((_, i) => i));
          expect([...a].sort((x, y) => x - y)).toEqual(a);
          expect(Array.from(readLabels(training))).toEqual(a.map((index) => labels[index]));
        },
      ),
      { seed: 1 },
    );
  });

  it('keeps the share of every class to within one example when stratified', () => {
    fc.assert(
      fc.property(labelLists, fc.integer({ min: 1, max: 9 }), fc.nat(), (labels, count, seed) => {
        const { validation } = split(counted(labels), { count, seed, stratified: true });
        expect(validation.size).toBe(count);
        for (const label of new Set(labels)) {
          const share = (labels.filter((other) => other === label).length * count) / labels.length;
          const found = readLabels(validation).filter((other) => other === label).length;
          expect(Math.abs(found - share)).toBeLessThan(1);
        }
      }),
      { seed: 1 },
    );
  });

  it('draws the same examples for the same seed, others for another, and all about equally often', () => {
    const set = counted(new Array<number>(50).fill(0));
    const draw = (seed: number) => members(split(set, { count: 10, seed }).validation);
    expect(draw(4)).toEqual(draw(4));
    expect(draw(4)).not.toEqual(draw(5));
    const counts = new Float64Array(50);
    for (let seed = 0; seed < 1000; seed++) for (const index of draw(seed)) counts[index]!++;
    for (const count of counts) expect(Math.abs(count - 200)).toBeLessThan(6 * Math.sqrt(1000 * 0.2 * 0.8));
  });

  it('refuses what leaves a part empty, both or neither of fraction and count, and strata without classes', () => {
    const set = counted([0, 1, 0, 1]);
    expect(() => split(set, { seed: 1 })).toThrow('one of fraction and count is needed');
    expect(() => split(set, { seed: 1, fraction: 0.5, count: 2 })).toThrow('one of fraction and count is needed');
    expect(() => split(set, { seed: 1, count: 4 })).toThrow(
      'count is 4 (split). Give an integer at least 1 and at most 3.',
    );
    expect(() => split(set, { seed: 1, fraction: 1 })).toThrow('fraction is 1');
    expect(() => split(set, { seed: 1, fraction: 0.01 })).toThrow('fraction 0.01 of 4 examples leaves one part empty');
    expect(() => split(set, { seed: -1, count: 1 })).toThrow('seed is -1');
    expect(() => split(set, { seed: 1, count: 1, stratify: true } as never)).toThrow('Did you mean "stratified"?');
    const numbers = fromArrays({ input: [1, 2, 3], target: [1, 2, 3] });
    expect(() => split(numbers, { seed: 1, count: 1, stratified: true })).toThrow('no class labels to stratify by');
  });
});

describe('subset', () => {
  it('picks examples in the order given, also out of a subset', () => {
    const set = counted([0, 1, 2, 0, 1, 2]);
    const inner = subset(subset(set, [5, 3, 1, 1]), [3, 0]);
    expect(members(inner)).toEqual([1, 5]);
    expect(Array.from(readLabels(inner))).toEqual([1, 2]);
    expect(members(take(set, 2))).toEqual([0, 1]);
  });

  it('refuses indices outside the set, when made and when copied from', () => {
    const set = counted([0, 1, 2]);
    expect(() => subset(set, [0, 3])).toThrow('there is no example 3 (subset of arrays). Indices run from 0 to 2.');
    expect(() => subset(set, [])).toThrow('there are no examples');
    expect(() => take(set, 4)).toThrow('count is 4');
    const two = subset(set, [2, 0]);
    expect(() => two.copy([2], new Int32Array(1), new Int32Array(1))).toThrow('there is no example 2');
  });
});
