import { describe, expect, it } from 'vitest';
import { labelStatistics } from './label-statistics.ts';
import { lsuv } from './lsuv.ts';
import { readStart, starts } from './table.ts';

describe('descriptions of starts', () => {
  const examples = [lsuv({ centre: true, tolerance: 0.1 }), labelStatistics()];

  it('every start prints to JSON, reads back equal, is frozen and refuses unknown options', () => {
    expect(examples.map(({ start }) => start).sort()).toEqual(Object.keys(starts).sort());
    for (const each of examples) {
      expect(readStart(JSON.parse(JSON.stringify(each)))).toEqual(each);
      expect(Object.isFrozen(each)).toBe(true);
      expect(() => readStart({ ...each, oddity: 1 })).toThrow(/unknown option "oddity"/);
    }
  });

  it('the defaults of lsuv are those of the paper and its code, but for the tolerance', () => {
    expect(lsuv()).toEqual({
      ...{ start: 'lsuv', variance: 1, tolerance: 0.01, scalings: 10, batchSize: 256 },
      ...{ orthogonal: true, centre: false },
    });
  });

  it.each<[string, () => unknown, RegExp]>([
    ['an unknown kind', () => readStart({ start: 'luv' }), /Did you mean "lsuv"/],
    ['nothing at all', () => readStart(undefined), /undefined is no start/],
    ['a tolerance of 0', () => lsuv({ tolerance: 0 }), /tolerance is 0/],
    ['a variance of 0', () => lsuv({ variance: 0 }), /variance is 0/],
    ['a name that is nearly right', () => lsuv({ tolerence: 0.1 } as object), /Did you mean "tolerance"/],
    ['a flag that is none', () => lsuv({ centre: 1 } as object), /centre is 1/],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
