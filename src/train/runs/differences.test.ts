import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences } from './differences.ts';

const dense = (units: number) => ({ layer: 'dense', units });
const relu = { layer: 'relu' };

describe('differences', () => {
  it('finds leaves that differ, and none that are equal', () => {
    const a = { seed: 1, optimizer: { optimizer: 'sgd', learningRate: 0.1 }, epochs: 3 };
    const b = { seed: 2, optimizer: { optimizer: 'sgd', learningRate: 0.2 }, epochs: 3 };
    expect(differences([a, b])).toEqual([
      { path: 'seed', values: [1, 2] },
      { path: 'optimizer.learningRate', values: [0.1, 0.2] },
    ]);
  });

  it('names kinds that differ, then what each has of its own', () => {
    const adam = { optimizer: { optimizer: 'adam', learningRate: 0.1, beta1: 0.9 } };
    const sgd = { optimizer: { optimizer: 'sgd', learningRate: 0.1 } };
    const kinds = { path: 'optimizer', values: ['adam', 'sgd', 'adam'] };
    expect(differences([adam, sgd, adam])).toEqual([kinds, { path: 'optimizer.beta1', values: [0.9, undefined, 0.9] }]);
    // In brief, beta1 goes without saying; where it differs between those that have it, it does not.
    expect(differences([adam, sgd, adam], { brief: true })).toEqual([kinds]);
    const other = { optimizer: { ...adam.optimizer, beta1: 0.5 } };
    expect(differences([adam, sgd, other], { brief: true })).toEqual([
      kinds,
      { path: 'optimizer.beta1', values: [0.9, undefined, 0.5] },
    ]);
  });

  it('shows a number against a schedule as they are', () => {
    const schedule = { schedule: 'linearDecay', from: 1 };
    expect(differences([{ rate: 0.1 }, { rate: schedule }])).toEqual([{ path: 'rate', values: [0.1, schedule] }]);
  });

  it('lays lists of different length beside one another: a layer put between is one difference', () => {
    const a = { layers: [dense(8), relu, dense(3)] };
    const b = { layers: [dense(8), { layer: 'batchNorm' }, relu, dense(4)] };
    expect(differences([a, b])).toEqual([
      { path: 'layers.1', values: [undefined, { layer: 'batchNorm' }] },
      { path: 'layers.2.units', values: [3, 4] },
    ]);
    expect(differences([a, b], { brief: true })).toEqual([{ path: 'layers', values: [a.layers, b.layers] }]);
  });

  it('lays three lists beside one another', () => {
    const [a, b, c] = [['x', 'y'], ['x', 'z', 'y'], ['y']];
    expect(differences([{ a }, { a: b }, { a: c }])).toEqual([
      { path: 'a.0', values: ['x', 'x', undefined] },
      { path: 'a.1', values: [undefined, 'z', undefined] },
    ]);
  });

  it('finds none between equal values, and some between others, for any JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const copy = JSON.parse(JSON.stringify({ a }));
        expect(differences([{ a }, copy])).toEqual([]);
        const equal = JSON.stringify(copy) === JSON.stringify(JSON.parse(JSON.stringify({ a: b })));
        if (!equal && typeof a !== 'object') expect(differences([{ a }, { a: b }])).not.toEqual([]);
      }),
    );
  });

  it('loses no entry of a list: every one of each stands in its column', () => {
    const entries = fc.array(fc.constantFrom('p', 'q', 'r'), { maxLength: 6 });
    fc.assert(
      fc.property(entries, entries, entries, (a, b, c) => {
        // A marker that differs makes every slot that holds it a difference.
        const lists = [a, b, c].map((list, which) => list.map((kind) => ({ kind, which })));
        if (new Set(lists.map(({ length }) => length)).size === 1) return;
        const found = differences(lists.map((list) => ({ list })));
        for (const [which, list] of lists.entries()) {
          const seen = found.filter(({ values }) => values[which] !== undefined);
          expect(seen).toHaveLength(list.length);
        }
      }),
    );
  });
});
