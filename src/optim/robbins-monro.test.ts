import { describe, expect, it } from 'vitest';
import { OptionError } from '../base/errors.ts';
import { type Schedule, schedule, valueAt } from '../rule/schedule.ts';
import { robbinsMonro } from './robbins-monro.ts';
import { constant } from './schedule/constant.ts';
import { cosineDecay } from './schedule/cosine-decay.ts';
import { epochs, fraction, steps } from './schedule/duration.ts';
import { exponentialDecay } from './schedule/exponential-decay.ts';
import { inverseSquareRootDecay } from './schedule/inverse-square-root-decay.ts';
import { inverseTimeDecay } from './schedule/inverse-time-decay.ts';
import { joinSchedules } from './schedule/join-schedules.ts';
import { linearDecay } from './schedule/linear-decay.ts';
import { multiStepDecay } from './schedule/multi-step-decay.ts';
import { oneCycle } from './schedule/one-cycle.ts';
import { polynomialDecay } from './schedule/polynomial-decay.ts';
import { reduceOnPlateau } from './schedule/reduce-on-plateau.ts';
import { scaleSchedule } from './schedule/scale-schedule.ts';
import { stepDecay } from './schedule/step-decay.ts';
import { warmRestarts } from './schedule/warm-restarts.ts';
import { warmup } from './schedule/warmup.ts';

const over = epochs(10);
const inverse = (power: number) => inverseTimeDecay({ from: 0.1, over, power });
const restarts = (growth: number, maxFactor: number, min = 0, minFactor = 1) =>
  warmRestarts({ max: 1, min, first: over, growth, maxFactor, minFactor });

describe('robbinsMonro, by the family', () => {
  // [schedule, Σε = ∞, Σε² < ∞]
  it.each<[number | Schedule, boolean, boolean]>([
    [0.1, true, false],
    [0, false, true],
    [constant({ value: 0.1 }), true, false],
    [linearDecay({ from: 0.1, to: 0.001, over }), true, false],
    [linearDecay({ from: 0.1, to: 0, over: fraction(1) }), false, true],
    [polynomialDecay({ from: 0.1, over }), false, true],
    [cosineDecay({ from: 0.1, to: 0.01, over }), true, false],
    [oneCycle({ peak: 0.1, over }), true, false],
    [stepDecay({ from: 0.1, every: over }), false, true],
    [stepDecay({ from: 0.1, every: over, factor: 1 }), true, false],
    [multiStepDecay({ from: 0.1, milestones: [over] }), true, false],
    [exponentialDecay({ from: 0.1, factor: 0.9, every: over }), false, true],
    [exponentialDecay({ from: 0.1, factor: 0.9, every: over, limit: 0.01 }), true, false],
    [inverseSquareRootDecay({ from: 0.1, over }), true, false],
    [inverse(0.5), true, false],
    [inverse(0.501), true, true],
    [inverse(1), true, true],
    [inverse(1.001), false, true],
    [inverse(0), true, false],
    // Runs of growth^i steps as high as factor^i: Σε needs growth·factor ≥ 1, Σε² needs growth·factor² < 1.
    [restarts(2, 1), true, false],
    [restarts(1, 0.9), false, true],
    [restarts(2, 0.5), true, true],
    [restarts(2, 0.49), false, true],
    [restarts(2, 0.71), true, false],
    [restarts(2, 0.7), true, true],
    [restarts(9, 1 / 3), true, false],
    [restarts(3, 1 / 3), true, true],
    [restarts(3, 1 / 3, 0.1), true, false],
    [restarts(3, 0.1, 0.1, 1 / 3), true, true],
    [warmup({ from: 0, over, into: inverse(1) }), true, true],
    [joinSchedules({ schedules: [0.1, inverse(0.75)], durations: [over] }), true, true],
    [joinSchedules({ schedules: [inverse(0.75), 0.1], durations: [over] }), true, false],
    [scaleSchedule({ value: inverse(1), by: 3 }), true, true],
    [scaleSchedule({ value: inverse(1), by: 0 }), false, true],
    [scaleSchedule({ value: inverse(0.5), by: inverse(0.5) }), true, true],
    [scaleSchedule({ value: inverse(0.5), by: inverse(0.6) }), false, true],
    [scaleSchedule({ value: inverse(0.5), by: inverse(0.25) }), true, true],
    [scaleSchedule({ value: restarts(2, 0.5), by: inverse(0.1) }), false, true],
    [reduceOnPlateau({ from: 0.1, min: 0.001 }), true, false],
  ])('answers for %j', (value, sumDiverges, squaresConverge) => {
    const answer = robbinsMonro(value);
    expect(answer).toMatchObject({ by: 'family', sumDiverges, squaresConverge, holds: sumDiverges && squaresConverge });
    expect(JSON.parse(JSON.stringify(answer))).toEqual(answer);
  });

  it('says why', () => {
    expect(robbinsMonro(linearDecay({ from: 0.1, to: 0.001, over })).reason).toBe('it stays at 0.001: Σε = ∞, Σε² = ∞');
    expect(robbinsMonro(inverse(0.75)).reason).toBe('it falls as 1/k^0.75 once k is far beyond τ: Σε = ∞, Σε² < ∞');
  });

  it('does not know about what depends on the measures', () => {
    const expected = { sumDiverges: 'unknown', squaresConverge: 'unknown', holds: 'unknown', by: 'family' };
    expect(robbinsMonro(reduceOnPlateau({ from: 0.1 }))).toMatchObject(expected);
    expect(robbinsMonro(scaleSchedule({ value: 0.1, by: reduceOnPlateau({ from: 1 }) }))).toMatchObject(expected);
  });
});

describe('robbinsMonro, by partial sums', () => {
  const own = (at: Parameters<typeof schedule<object>>[0]['at']) =>
    schedule<object>({ name: 'own', complete: () => ({}), at, bounds: () => [0, 1] })({});

  it.each<[number, boolean | 'unknown', boolean | 'unknown']>([
    [0, true, false],
    [0.3, true, false],
    [0.5, true, false],
    [0.52, true, 'unknown'],
    [0.75, true, true],
    [1, true, true],
    [1.1, 'unknown', true],
    [1.5, false, true],
    [3, false, true],
  ])('finds k^-%f', (power, sumDiverges, squaresConverge) => {
    const answer = robbinsMonro(own((_, { step }) => (1 + step) ** -power));
    expect(answer).toMatchObject({ by: 'partial sums', sumDiverges, squaresConverge });
  });

  it('agrees with the families that it knows otherwise, nested in a schedule of your own', () => {
    for (const power of [0, 0.75, 1, 1.5]) {
      const inner = inverseTimeDecay({ from: 0.1, over: steps(10), power });
      const joined = joinSchedules({
        schedules: [1, own((_, position) => valueAt(inner, position))],
        durations: [steps(100)],
      });
      const { by, ...sums } = robbinsMonro(joined);
      const { by: family, ...known } = robbinsMonro(inner);
      expect([by, family]).toEqual(['partial sums', 'family']);
      expect(sums.sumDiverges).toBe(known.sumDiverges);
      expect(sums.squaresConverge).toBe(known.squaresConverge);
    }
  });

  it('takes what ends at 0 for finite sums, and shows its figures', () => {
    const answer = robbinsMonro(own((_, { step }) => (step < 100 ? 1 : 0)));
    expect(answer).toMatchObject({ sumDiverges: false, squaresConverge: true, holds: false });
    expect(answer.reason).toMatch(/up to 131072 adds 0\.00, 0\.00, 0\.00, 0\.00 times/);
  });

  it('asks for steps per epoch, batch size or all steps only where the schedule counts in them', () => {
    const inEpochs = own((_, { epoch }) => 1 / (1 + epoch));
    expect(() => robbinsMonro(inEpochs)).toThrow(/counts in epochs, and stepsPerEpoch is missing/);
    expect(robbinsMonro(inEpochs, { stepsPerEpoch: 100 }).holds).toBe(true);
    const inExamples = own((_, { examples }) => 1 / (1 + examples));
    expect(() => robbinsMonro(inExamples)).toThrow(/batchSize is missing/);
    expect(robbinsMonro(inExamples, { batchSize: 32 }).holds).toBe(true);
    const inFractions = own((_, { fraction: part }) => 1 - part / 2);
    expect(() => robbinsMonro(inFractions)).toThrow(/steps is missing/);
    expect(robbinsMonro(inFractions, { steps: 1000 }).squaresConverge).toBe(false);
    const afterSteps = joinSchedules({ schedules: [1, own((_, { step }) => 1 / (1 + step))], durations: [steps(5)] });
    expect(robbinsMonro(afterSteps).holds).toBe(true);
  });

  it('refuses rates below 0, values that are not finite, and unknown options', () => {
    expect(() => robbinsMonro(-1)).toThrow(/the least value is -1/);
    expect(() => robbinsMonro(linearDecay({ from: 1, to: -1, over }))).toThrow(OptionError);
    expect(() => robbinsMonro(own((_, { step }) => Math.log(step - 5000)))).toThrow(/the value at step 4096 is NaN/);
    expect(() => robbinsMonro(0.1, { stepPerEpoch: 3 } as never)).toThrow(/Did you mean "stepsPerEpoch"/);
  });
});
