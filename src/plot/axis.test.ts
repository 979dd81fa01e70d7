import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { axis, place } from './axis.ts';

const labels = (values: number[], options = {}) => axis(values, options).ticks.map(({ label }) => label);

describe('axis', () => {
  it('puts linear ticks at 1, 2 or 5 times a power of ten, labelled with equal decimals', () => {
    expect(labels([0.07, 0.48], { nice: true })).toEqual(['0', '0.1', '0.2', '0.3', '0.4', '0.5']);
    expect(labels([0.0821, 0.0849], { nice: true, ticks: 6 })).toEqual([
      '0.0820',
      '0.0825',
      '0.0830',
      '0.0835',
      '0.0840',
      '0.0845',
      '0.0850',
    ]);
    expect(labels([-1, 1])).toEqual(['-1.0', '-0.5', '0', '0.5', '1.0']);
    expect(labels([0, 60000])).toEqual(['0', '20k', '40k', '60k']);
    expect(labels([0, 4e-6])).toEqual(['0', '1e-6', '2e-6', '3e-6', '4e-6']);
  });

  it('keeps to whole numbers where asked', () => {
    expect(labels([1, 3], { ticks: 8, integers: true })).toEqual(['1', '2', '3']);
    expect(labels([1], { ticks: 8, integers: true })).toEqual(['0', '1', '2']);
  });

  it('puts logarithmic ticks at powers of ten, and between them where decades are few', () => {
    expect(labels([0.0001, 10], { log: true })).toEqual(['0.0001', '0.001', '0.01', '0.1', '1', '10']);
    expect(labels([0.06, 2.4], { log: true, nice: true })).toEqual(['0.05', '0.1', '0.2', '0.3', '0.5', '1', '2', '3']);
    expect(axis([1e-12, 1e12], { log: true }).ticks.length).toBeLessThan(7);
  });

  it('has a domain of its own where no value can be shown', () => {
    expect(axis([Number.NaN, Number.POSITIVE_INFINITY])).toMatchObject({ low: 0, high: 1 });
    expect(axis([-1, 0], { log: true })).toMatchObject({ low: 0.1, high: 1 });
  });

  it('holds every value it was made for, with one to fourteen ticks inside, for any values', () => {
    const value = fc.double({ noNaN: true, min: 1e-9, max: 1e9 });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1 }), fc.boolean(), fc.boolean(), (values, log, nice) => {
        const made = axis(values, { log, nice });
        for (const v of values) {
          const at = place(made, v)!;
          expect(at).toBeGreaterThanOrEqual(-1e-9);
          expect(at).toBeLessThanOrEqual(1 + 1e-9);
        }
        expect(made.ticks.length).toBeLessThanOrEqual(14);
        expect(made.ticks.length).toBeGreaterThanOrEqual(nice ? 2 : 0);
        for (const tick of made.ticks) expect(Math.abs(place(made, tick.value)! - 0.5)).toBeLessThanOrEqual(0.5 + 1e-9);
      }),
    );
  });
});

describe('place', () => {
  it('is linear in the value, or in its logarithm, and nothing for what the axis cannot show', () => {
    expect(place(axis([0, 10]), 2.5)).toBe(0.25);
    expect(place(axis([0.01, 100], { log: true }), 1)).toBeCloseTo(0.5, 12);
    expect(place(axis([0, 10]), Number.NaN)).toBeUndefined();
    expect(place(axis([1, 10], { log: true }), 0)).toBeUndefined();
  });
});
