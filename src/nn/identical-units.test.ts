import { describe, expect, it } from 'vitest';
import { key, RandomStream } from '../base/random.ts';
import { identicalUnits, identicalUnitsMessage } from './identical-units.ts';
import { draw } from './init/table.ts';
import { heNormal } from './init/variance-scaling.ts';
import type { WeightSpec } from './weighted-sums.ts';

const rows = { weight: 'dense1/weight', axis: 1, units: 4, bias: 'dense1/bias', last: false } satisfies WeightSpec;
const filters = { weight: 'conv1/weight', axis: 0, units: 3, last: false } satisfies WeightSpec;
const named = (values: Record<string, number[]>) =>
  new Map(Object.entries(values).map(([name, array]) => [name, Float32Array.from(array)]));

describe('units with the same weights and the same bias', () => {
  it('are columns of [inputs, units]', () => {
    const weight = [1, 2, 1, 2, 5, 6, 5, 7];
    const found = (bias: number[]) => identicalUnits([rows], named({ 'dense1/weight': weight, 'dense1/bias': bias }));
    expect(found([0, 0, 0, 0])).toEqual([{ parameter: 'dense1/weight', groups: [[0, 2]] }]);
    expect(found([0, 0, 1, 0])).toEqual([]);
    expect(found([0, 0, -0, 0])).toEqual([{ parameter: 'dense1/weight', groups: [[0, 2]] }]);
  });

  it('are rows of filters', () => {
    const found = identicalUnits([filters], named({ 'conv1/weight': [1, 2, 3, 4, 5, 6, 1, 2, 3] }));
    expect(found).toEqual([{ parameter: 'conv1/weight', groups: [[0, 2]] }]);
  });

  it('are slices of transposed filters [inputs, units, height, width]', () => {
    const transposed = { weight: 'w', axis: 1, run: 2, units: 3, bias: 'b', last: false } satisfies WeightSpec;
    const weight = [...[1, 2, 3, 4, 1, 2], ...[5, 6, 5, 6, 5, 6]];
    const found = (gradient: number[]) =>
      identicalUnits([transposed], named({ w: weight, b: [0, 0, 0] }), named({ w: gradient, b: [1, 1, 1] }));
    expect(found([...[1, 2, 7, 7, 1, 2], ...[3, 4, 7, 7, 3, 4]])).toEqual([{ parameter: 'w', groups: [[0, 2]] }]);
    expect(found([...[1, 2, 7, 7, 1, 2], ...[3, 4, 7, 7, 4, 3]])).toEqual([]);
  });

  it('form several groups; weights in another order are not the same', () => {
    const weight = [1, 2, 1, 2, 2, 1, 2, 1];
    const values = named({ 'dense1/weight': weight, 'dense1/bias': [0, 0, 0, 0] });
    expect(identicalUnits([rows], values)).toEqual([
      {
        parameter: 'dense1/weight',
        groups: [
          [0, 2],
          [1, 3],
        ],
      },
    ]);
  });

  it('of a last layer are left out', () => {
    const values = named({ 'dense1/weight': [0, 0, 0, 0], 'dense1/bias': [0, 0, 0, 0] });
    expect(identicalUnits([{ ...rows, last: true }], values)).toEqual([]);
    expect(identicalUnits([rows], values)).toEqual([{ parameter: 'dense1/weight', groups: [[0, 1, 2, 3]] }]);
  });

  it('a million random weights have none; two columns that are copied are found', () => {
    const values = draw(heNormal(), [1000, 1000], { fanIn: 1000, fanOut: 1000 }, new RandomStream(key(2)));
    const wide = { weight: 'w', axis: 1, units: 1000, last: false } satisfies WeightSpec;
    expect(identicalUnits([wide], new Map([['w', values]]))).toEqual([]);
    for (let i = 0; i < 1000; i++) values[i * 1000 + 998] = values[i * 1000 + 17]!;
    expect(identicalUnits([wide], new Map([['w', values]]))).toEqual([{ parameter: 'w', groups: [[17, 998]] }]);
  });
});

describe('with gradients', () => {
  const start = named({ 'dense1/weight': [3, 3, 3, 3, 3, 3, 3, 3], 'dense1/bias': [0, 0, 0, 0] });

  it('those that part are left out, and rounding parts nobody', () => {
    const gradients = (weight: number[]) => named({ 'dense1/weight': weight, 'dense1/bias': [1, 1, 1, 1] });
    const found = (weight: number[]) => identicalUnits([rows], start, gradients(weight));
    expect(found([1, 2, 3, 4, 1, 2, 3, 4])).toEqual([]);
    expect(found([1, 2, 1, 4, 1, 2, 1, 4])).toEqual([{ parameter: 'dense1/weight', groups: [[0, 2]] }]);
    expect(found([1, 2, 1 + 1e-6, 4, 1, 2, 1 - 1e-6, 4])[0]?.groups).toEqual([[0, 2]]);
    expect(found([1, 2, 1 + 1e-3, 4, 1, 2, 1, 4])).toEqual([]);
    expect(found([0, 0, 0, 0, 0, 0, 0, 0])[0]?.groups).toEqual([[0, 1, 2, 3]]);
  });

  it('a gradient of the bias that differs parts them too', () => {
    const gradients = named({ 'dense1/weight': [0, 0, 0, 0, 0, 0, 0, 0], 'dense1/bias': [1, 2, 1, 3] });
    expect(identicalUnits([rows], start, gradients)[0]?.groups).toEqual([[0, 2]]);
  });
});

describe('the message', () => {
  it('names the parameter, the units and the mend; long lists are cut', () => {
    expect(identicalUnitsMessage({ parameter: 'dense1/weight', groups: [[0, 2]] })).toBe(
      'dense1/weight: units 0 and 2 start with the same weights and get the same gradient, so they stay one unit. ' +
        'Draw their weights at random, by heNormal() or xavierUniform().',
    );
    const all = Array.from({ length: 512 }, (_, i) => i);
    expect(identicalUnitsMessage({ parameter: 'w', groups: [all] })).toContain('units 0, 1, 2, 3 and 508 more start');
    const pairs = [0, 2, 4, 6, 8].map((i) => [i, i + 1]);
    expect(identicalUnitsMessage({ parameter: 'w', groups: pairs })).toContain(
      'units 0 and 1; 2 and 3; 4 and 5; and 2 more groups start',
    );
  });
});
