import { describe, expect, it } from 'vitest';
import { OptionError } from '../base/errors.ts';
import { programsOf } from '../rule/program.ts';
import { createUpdater } from '../rule/updater.ts';
import { readOptimizer } from './read.ts';
import { rmsprop } from './rmsprop.ts';
import { rmspropNesterov } from './rmsprop-nesterov.ts';
import { constant } from './schedule/constant.ts';

const slotsOf = (options: Parameters<typeof rmsprop>[0]) => Object.keys(programsOf(rmsprop(options)).slots);

describe('rmsprop', () => {
  it("has the book's epsilon, 1e-6, beside Hinton's 0.001 and 0.9", () => {
    expect(rmsprop()).toEqual({
      ...{ optimizer: 'rmsprop', learningRate: 0.001, momentum: 0, rho: 0.9, epsilon: 1e-6, initialAccumulator: 0 },
      ...{ epsilonAddedTo: 'squares', centered: false, biasCorrection: false },
      ...{ hasMomentum: false, learningRateInMomentum: true },
    });
    expect(rmspropNesterov()).toEqual({
      ...{ optimizer: 'rmspropNesterov', learningRate: 0.001, momentum: 0.9, rho: 0.9, epsilon: 1e-6 },
      epsilonAddedTo: 'squares',
    });
  });

  it('has momentum where one is given, as a number or a schedule, and keeps slots only for what is chosen', () => {
    expect(slotsOf({})).toEqual(['r']);
    expect(slotsOf({ momentum: 0 })).toEqual(['r']);
    expect(slotsOf({ momentum: 0.9 })).toEqual(['r', 'v']);
    expect(slotsOf({ momentum: constant({ value: 0.9 }) })).toEqual(['r', 'v']);
    expect(slotsOf({ centered: true })).toEqual(['r', 'a']);
    expect(slotsOf({ centered: true, hasMomentum: true })).toEqual(['r', 'a', 'v']);
    expect(rmsprop({ momentum: 0.9 })).toMatchObject({ momentum: 0.9, hasMomentum: true });
  });

  it('refuses a momentum that it would have to ignore, from JSON too', () => {
    const contradiction = { momentum: 0.9, hasMomentum: false };
    expect(() => rmsprop(contradiction)).toThrow(OptionError);
    expect(() => rmsprop(contradiction)).toThrow(/hasMomentum is false, and momentum is 0.9 \(rmsprop\)/);
    expect(() => readOptimizer({ optimizer: 'rmsprop', ...contradiction })).toThrow(OptionError);
    expect(() => rmsprop(null as never)).toThrow(/the options are null/);
  });

  it.each([false, true])(
    'stays finite when centered under a constant gradient, where rounding takes r − a² below 0 (bias corrected: %s)',
    (biasCorrection) => {
      const optimizer = rmsprop({ centered: true, biasCorrection, epsilon: 1e-30 });
      const size = 100;
      const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size }] });
      const view = (region: string) => updater.arena.view(region, 'x');
      view('gradient').set(Array.from({ length: size }, (_, i) => Math.sin(i + 1) * 10 ** (i % 5)));
      let below = 0;
      for (let step = 1; step <= 300; step++) {
        updater.step({
          step,
          hyper: { learningRate: 0, momentum: 0, rho: 0.9, epsilon: 1e-30, initialAccumulator: 0 },
        });
        view('r').forEach((r, i) => {
          if (Math.fround(r - Math.fround(view('a')[i]! ** 2)) < 0) below++;
        });
      }
      expect(below).toBeGreaterThan(0);
      expect(view('theta').every((theta) => theta === 0)).toBe(true);
    },
  );
});
