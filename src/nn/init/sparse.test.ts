import { describe, expect, it } from 'vitest';
import { key, RandomStream } from '../../base/random.ts';
import { sparse } from './sparse.ts';
import { draw } from './table.ts';

const fan = { fanIn: 1, fanOut: 1 };
const drawn = (options: Parameters<typeof sparse>[0], shape: readonly number[], seed = 3) =>
  draw(sparse(options), shape, fan, new RandomStream(key(seed)));

/** How many connections each unit has, of [inputs, units] or of filters. */
function connections(values: Float32Array, shape: readonly number[]): number[] {
  const dense = shape.length === 2;
  const units = shape[dense ? 1 : 0]!;
  const counts = new Array<number>(units).fill(0);
  values.forEach((value, i) => {
    if (value !== 0) counts[dense ? i % units : Math.floor(i / (values.length / units))]!++;
  });
  return counts;
}

describe('each unit has exactly as many connections as were asked for', () => {
  it.each<[string, Parameters<typeof sparse>[0], readonly number[], number]>([
    ['15 by default', {}, [100, 40], 15],
    ['3 of a dense layer', { connections: 3 }, [17, 200], 3],
    ['all, where there are fewer', { connections: 30 }, [20, 7], 20],
    ['a fraction', { fraction: 0.3 }, [25, 50], 8],
    ['at least one', { fraction: 0.001 }, [25, 50], 1],
    ['the whole', { fraction: 1 }, [25, 50], 25],
    ['5 taps of a filter', { connections: 5 }, [40, 2, 3, 3], 5],
  ])('%s', (_, options, shape, count) => {
    const found = connections(drawn(options, shape), shape);
    expect(new Set(found)).toEqual(new Set([count]));
  });
});

describe('which inputs, and how strongly', () => {
  const [inputs, units, count] = [20, 20_000, 4];
  const values = drawn({ connections: count, deviation: 0.5 }, [inputs, units]);

  it('every input is as likely as another, for the first unit as for the last: within 4 standard errors', () => {
    const rate = count / inputs;
    for (let input = 0; input < inputs; input++) {
      const row = values.subarray(input * units, (input + 1) * units);
      for (const part of [row, row.subarray(0, units / 4), row.subarray((3 * units) / 4)]) {
        const share = part.reduce((sum, value) => sum + (value === 0 ? 0 : 1), 0) / part.length;
        expect(Math.abs(share - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / part.length));
      }
    }
  });

  it('pairs of inputs are independent but for the count: P(both) = 4 · 3 / (20 · 19) within 4 standard errors', () => {
    const both = 12 / 380;
    let together = 0;
    for (let unit = 0; unit < units; unit++) if (values[unit] !== 0 && values[units + unit] !== 0) together++;
    expect(Math.abs(together / units - both)).toBeLessThan(4 * Math.sqrt(both / units));
  });

  it('weights are normal with the deviation: mean, variance and kurtosis within 4 standard errors', () => {
    const weights = values.filter((value) => value !== 0);
    const n = weights.length;
    const moment = (power: number) => weights.reduce((sum, value) => sum + value ** power, 0) / n;
    expect(n).toBe(units * count);
    expect(Math.abs(moment(1))).toBeLessThan((4 * 0.5) / Math.sqrt(n));
    expect(Math.abs(moment(2) - 0.25)).toBeLessThan((4 * 0.25 * Math.SQRT2) / Math.sqrt(n));
    expect(Math.abs(moment(4) / 0.0625 - 3)).toBeLessThan((4 * Math.sqrt(96)) / Math.sqrt(n));
  });
});

it('prints and reads one of connections and fraction; refuses both, neither whole nor in range, and biases', () => {
  expect(JSON.stringify(sparse({ fraction: 0.1 }))).toBe('{"initializer":"sparse","fraction":0.1,"deviation":1}');
  expect(() => sparse({ fraction: 0.1, connections: 3 })).toThrow(/both connections and fraction/);
  expect(() => sparse({ connections: 1.5 })).toThrow(/connections is 1.5/);
  expect(() => sparse({ fraction: 0 })).toThrow(/fraction is 0/);
  expect(() => sparse({ sparsity: 0.1 } as object)).toThrow(/unknown option "sparsity"/);
  expect(() => drawn({}, [10])).toThrow(/sparse fills weights/);
});
