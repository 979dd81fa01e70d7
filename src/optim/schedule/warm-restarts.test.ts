import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { boundsOf, valueAt } from '../../rule/schedule.ts';
import { epochs, firstPosition, steps } from './duration.ts';
import { warmRestarts } from './warm-restarts.ts';

const at = (schedule: ReturnType<typeof warmRestarts>, step: number) => valueAt(schedule, { ...firstPosition, step });

describe('warmRestarts', () => {
  it('has the known values for a first run of 2 that doubles, within 5e-5', () => {
    const schedule = warmRestarts({ max: 1, first: steps(2), growth: 2 });
    const known = [1, 0.5, 1, 0.8536, 0.5, 0.1464, 1, 0.9619, 0.8536, 0.6913, 0.5, 0.3087, 0.1464];
    known.forEach((value, step) => {
      expect(Math.abs(at(schedule, step) - value)).toBeLessThan(5e-5);
    });
  });

  it('is at its maximum, exactly, at every restart up to a million, and halfway down in the middle of each run', () => {
    for (const first of [1, 2, 3, 5, 7, 10]) {
      for (let growth = 2; growth <= 12; growth++) {
        const schedule = warmRestarts({ max: 1, first: steps(first), growth });
        for (let [begin, length] = [0, first]; begin < 1e6; begin += length, length *= growth) {
          expect(at(schedule, begin)).toBe(1);
          expect(Math.abs(at(schedule, begin + length / 2) - 0.5)).toBeLessThan(1e-9);
          if (length > 1) expect(at(schedule, begin + length - 1)).toBeLessThan(0.6);
        }
      }
    }
  });

  it("is right where PyTorch's logarithm misses the restart, as at step 121 of runs of 1, 3, 9, …", () => {
    const url = new URL('../../../test/fixtures/schedule/schedules.json', import.meta.url);
    const { closedFormMisses } = JSON.parse(readFileSync(url, 'utf8')) as {
      closedFormMisses: [number, number, number][];
    };
    expect(closedFormMisses).toContainEqual([1, 3, 121]);
    for (const [first, growth, step] of closedFormMisses) {
      expect(at(warmRestarts({ max: 1, first: steps(first), growth }), step)).toBe(1);
    }
  });

  it('restarts on the step in decimal epochs too, where 0.3/0.1 is a little under 3', () => {
    for (const [first, growth] of [[0.1, 1] as const, [0.3, 1] as const, [0.1, 2] as const, [0.7, 3] as const]) {
      const schedule = warmRestarts({ max: 1, first: epochs(first), growth });
      for (let [end, length] = [0, Math.round(10 * first)]; end < 10_000; length *= growth) {
        end += length;
        expect(valueAt(schedule, { ...firstPosition, epoch: end / 10 })).toBe(1);
      }
    }
  });

  it('shrinks maximum and minimum by their factors from run to run, within 1e-15', () => {
    const schedule = warmRestarts({ max: 0.8, min: 0.1, first: steps(4), maxFactor: 0.5, minFactor: 0.9 });
    for (let step = 0; step < 24; step++) {
      const run = Math.floor(step / 4);
      const min = 0.1 * 0.9 ** run;
      const max = Math.max(0.8 * 0.5 ** run, min);
      const value = min + 0.5 * (max - min) * (1 + Math.cos((Math.PI * (step % 4)) / 4));
      expect(Math.abs(at(schedule, step) - value)).toBeLessThan(1e-15);
    }
    expect(boundsOf(schedule)).toEqual([0, 0.8]);
  });

  it('has bounds that are exact for a part of training: to the end of the last run, and within one', () => {
    const schedule = warmRestarts({ max: 1, min: 0.2, first: steps(4), growth: 2, minFactor: 0.5 });
    expect(boundsOf(schedule, { step: 4 })).toEqual([0.2, 1]);
    expect(boundsOf(schedule, { step: 12 })).toEqual([0.1, 1]);
    const [least] = boundsOf(schedule, { step: 2 });
    expect(least).toBeCloseTo(0.6, 15);
    expect(boundsOf(schedule, { step: 5 })[0]).toBe(0.2);
    expect(boundsOf(schedule, { epoch: 5 })).toEqual([0, 1]);
  });
});
