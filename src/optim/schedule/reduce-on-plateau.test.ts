import { describe, expect, it } from 'vitest';
import { OptionError } from '../../base/errors.ts';
import { valueAt } from '../../rule/schedule.ts';
import { epochs, firstPosition } from './duration.ts';
import { joinSchedules } from './join-schedules.ts';
import { reduceOnPlateau } from './reduce-on-plateau.ts';

const history = (...losses: readonly number[]) => ({
  ...firstPosition,
  epoch: losses.length,
  evaluations: losses.map((loss, i) => ({
    epoch: i + 1,
    measures: { 'validation/loss': loss, 'validation/error': 1 },
  })),
});

const short = { from: 1, factor: 0.5, patience: 2, minDelta: 0, relative: false };

describe('reduceOnPlateau', () => {
  it('falls at the second evaluation without improvement when its patience is 2, and again two later', () => {
    const schedule = reduceOnPlateau(short);
    expect(valueAt(schedule, history())).toBe(1);
    expect(valueAt(schedule, firstPosition)).toBe(1);
    expect(valueAt(schedule, history(3, 2, 2))).toBe(1);
    expect(valueAt(schedule, history(3, 2, 2, 2))).toBe(0.5);
    expect(valueAt(schedule, history(3, 2, 2, 2, 2))).toBe(0.5);
    expect(valueAt(schedule, history(3, 2, 2, 2, 2, 2))).toBe(0.25);
    expect(valueAt(schedule, history(3, 2, 2, 1, 2, 0.5))).toBe(1);
  });

  it('takes a NaN for no improvement, also as the first measure, and recovers', () => {
    const schedule = reduceOnPlateau(short);
    expect(valueAt(schedule, history(Number.NaN))).toBe(1);
    expect(valueAt(schedule, history(Number.NaN, Number.NaN))).toBe(0.5);
    expect(valueAt(schedule, history(Number.NaN, 2, Number.NaN, 1))).toBe(1);
    expect(valueAt(schedule, history(2, Number.NaN, Number.NaN))).toBe(0.5);
  });

  it('needs minDelta as a part of the best or absolutely, also below 0 and for more is better', () => {
    const relative = reduceOnPlateau({ ...short, patience: 1, minDelta: 0.1, relative: true });
    expect(valueAt(relative, history(10, 9.01))).toBe(0.5);
    expect(valueAt(relative, history(10, 8.99))).toBe(1);
    expect(valueAt(relative, history(-10, -10.99))).toBe(0.5);
    expect(valueAt(relative, history(-10, -11.01))).toBe(1);
    const absolute = reduceOnPlateau({ ...short, patience: 1, minDelta: 0.1, relative: false });
    expect(valueAt(absolute, history(10, 9.91))).toBe(0.5);
    expect(valueAt(absolute, history(10, 9.89))).toBe(1);
    const max = reduceOnPlateau({ ...short, patience: 1, mode: 'max' });
    expect(valueAt(max, history(1, 2, 3))).toBe(1);
    expect(valueAt(max, history(1, 2, 1))).toBe(0.5);
  });

  it('never falls under min, and skips evaluations that did not measure', () => {
    const flat = Array.from({ length: 30 }, () => 1);
    expect(valueAt(reduceOnPlateau({ ...short, min: 0.3 }), history(...flat))).toBe(0.3);
    const sparse = history(1, 1, 1, 1);
    const evaluations = sparse.evaluations.map((one, i) => (i === 1 ? { ...one, measures: { other: 1 } } : one));
    expect(valueAt(reduceOnPlateau({ ...short, patience: 3 }), { ...sparse, evaluations })).toBe(1);
    expect(valueAt(reduceOnPlateau({ ...short, patience: 3 }), sparse)).toBe(0.5);
  });

  it('refuses a measure that no evaluation has, and lists those that there are', () => {
    const schedule = reduceOnPlateau({ from: 1, monitor: 'validation/los' });
    expect(valueAt(schedule, firstPosition)).toBe(1);
    expect(() => valueAt(schedule, history(1))).toThrow(OptionError);
    expect(() => valueAt(schedule, history(1))).toThrow(
      /no evaluation measured "validation\/los" .*Did you mean "validation\/loss"\? Known: validation\/loss, validation\/error/,
    );
  });

  it('counts only the evaluations since its own start where it follows another schedule', () => {
    const joined = joinSchedules({ schedules: [1, reduceOnPlateau(short)], durations: [epochs(4)] });
    expect(valueAt(joined, history(1, 1, 1, 1))).toBe(1);
    expect(valueAt(joined, history(1, 1, 1, 1, 1, 1))).toBe(1);
    expect(valueAt(joined, history(1, 1, 1, 1, 1, 1, 1))).toBe(0.5);
  });
});
