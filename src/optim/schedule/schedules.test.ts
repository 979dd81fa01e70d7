import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../../test/seeded-properties.ts';
import { OptionError } from '../../base/errors.ts';
import { boundsOf, type Position, type Schedule, valueAt } from '../../rule/schedule.ts';
import { momentum } from '../momentum.ts';
import { readOptimizer, readSchedule } from '../read.ts';
import { constant } from './constant.ts';
import { cosineDecay } from './cosine-decay.ts';
import { type Duration, epochs, examples, fraction, steps } from './duration.ts';
import { exponentialDecay } from './exponential-decay.ts';
import { inverseSquareRootDecay } from './inverse-square-root-decay.ts';
import { inverseTimeDecay } from './inverse-time-decay.ts';
import { joinSchedules } from './join-schedules.ts';
import { linearDecay } from './linear-decay.ts';
import { multiStepDecay } from './multi-step-decay.ts';
import { oneCycle } from './one-cycle.ts';
import { polynomialDecay } from './polynomial-decay.ts';
import { reduceOnPlateau } from './reduce-on-plateau.ts';
import { scaleSchedule } from './scale-schedule.ts';
import { schedules } from './schedules.ts';
import { stepDecay } from './step-decay.ts';
import { warmRestarts } from './warm-restarts.ts';
import { warmup } from './warmup.ts';

/** 100 steps of 8 examples an epoch, 20 epochs. */
const at = (step: number): Position => ({ step, epoch: step / 100, examples: 8 * step, fraction: step / 2000 });
const throughJson = (value: unknown) => JSON.parse(JSON.stringify(value)) as never;

const value = fc.double({ min: 0, max: 10, noNaN: true });
const above = fc.double({ min: 0.001, max: 10, noNaN: true });
const part = fc.double({ min: 0.01, max: 1, noNaN: true });
const duration: fc.Arbitrary<Duration> = fc.oneof(
  fc.integer({ min: 1, max: 3000 }).map(steps),
  fc.double({ min: 0.1, max: 30, noNaN: true }).map(epochs),
  fc.integer({ min: 1, max: 20_000 }).map(examples),
  fc.double({ min: 0.01, max: 1, noNaN: true }).map(fraction),
);

const simple = {
  constant: fc.record({ value }).map(constant),
  linearDecay: fc.record({ from: value, to: value, over: duration }).map(linearDecay),
  stepDecay: fc.record({ from: value, every: duration, factor: part }).map(stepDecay),
  multiStepDecay: fc
    .record({ from: value, milestones: fc.array(duration, { minLength: 1, maxLength: 4 }), factor: part })
    .map(multiStepDecay),
  exponentialDecay: fc.oneof(
    fc.record({ from: value, every: duration, factor: part }).map(exponentialDecay),
    fc
      .record({ from: value, every: duration, factor: above, limit: fc.constant(1) })
      .map(({ from, factor, ...rest }) =>
        exponentialDecay({ ...rest, from: factor > 1 ? from / 10 : 1 + from, factor }),
      ),
  ),
  inverseTimeDecay: fc.record({ from: value, over: duration, power: value }).map(inverseTimeDecay),
  inverseSquareRootDecay: fc.record({ from: value, over: duration }).map(inverseSquareRootDecay),
  polynomialDecay: fc.record({ from: value, to: value, over: duration, power: above }).map(polynomialDecay),
  cosineDecay: fc.record({ from: value, to: value, over: duration }).map(cosineDecay),
  warmRestarts: fc
    .record({
      ...{ max: value, low: part, first: duration, maxFactor: part, minFactor: part },
      growth: fc.double({ min: 1, max: 3, noNaN: true }),
    })
    .map(({ max, low, ...rest }) => warmRestarts({ max, min: low * max, ...rest })),
  oneCycle: fc
    .record({
      ...{ from: value, peak: value, to: value, over: duration, rise: part.map((x) => x / 2) },
      ...{ mode: fc.constantFrom('rate' as const, 'momentum' as const), threePhase: fc.boolean() },
      shape: fc.constantFrom('cosine' as const, 'linear' as const),
    })
    .map(oneCycle),
  reduceOnPlateau: fc.record({ from: value, patience: fc.integer({ min: 1, max: 5 }) }).map(reduceOnPlateau),
} as const;

const { tree } = fc.letrec<{ tree: number | Schedule }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    value,
    ...Object.values(simple),
    fc.record({ from: value, over: duration, into: tie('tree') }).map(warmup),
    fc
      .record({ first: tie('tree'), second: tie('tree'), third: tie('tree'), d: duration, e: duration })
      .map((r) => joinSchedules({ schedules: [r.first, r.second, r.third], durations: [r.d, r.e] })),
    fc.record({ value: tie('tree'), by: tie('tree') }).map(scaleSchedule),
  ),
}));

const positions = Array.from({ length: 60 }, (_, i) => at(Math.floor((i * 6007) / 60)));

describe('every schedule', () => {
  it('keeps within its bounds, over all positions and before one, within a relative 1e-12', () => {
    fc.assert(
      fc.property(tree, fc.integer({ min: 1, max: 6000 }), (schedule, end) => {
        const whole = boundsOf(schedule);
        const { step, epoch } = at(end);
        for (const position of positions) {
          const now = valueAt(schedule, position);
          const befores = position.step < end ? [{ step }, { epoch }] : [];
          for (const [least, most] of [whole, ...befores.map((before) => boundsOf(schedule, before))]) {
            const slack = 1e-12 * (1 + Math.abs(most));
            expect(now).toBeGreaterThanOrEqual(least - slack);
            expect(now).toBeLessThanOrEqual(most + slack);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is frozen data that JSON keeps, nested ones included, equal to the bit at every position', () => {
    fc.assert(
      fc.property(tree, (schedule) => {
        if (typeof schedule === 'number') return;
        const read = readSchedule(throughJson(schedule));
        expect(read).toEqual(schedule);
        expect(JSON.stringify(read)).toBe(JSON.stringify(schedule));
        for (const option of [schedule, ...Object.values(schedule)]) expect(Object.isFrozen(option)).toBe(true);
        for (const position of positions) expect(valueAt(read, position)).toBe(valueAt(schedule, position));
      }),
      { numRuns: 200 },
    );
  });

  it('stands in the list once, under its own name', () => {
    const names = schedules.map(({ definition }) => definition.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.sort()).toEqual([...Object.keys(simple), 'joinSchedules', 'scaleSchedule', 'warmup'].sort());
  });

  it('serves any hyper-parameter, whose range its bounds are checked against', () => {
    const growing = linearDecay({ from: 0.5, to: 0.99, over: epochs(5) });
    const build = (schedule: Schedule) => momentum({ learningRate: 0.1, momentum: schedule });
    const optimizer = build(joinSchedules({ schedules: [0.3, growing], durations: [epochs(2)] }));
    expect(readOptimizer(throughJson(optimizer))).toEqual(optimizer);
    expect(() => build(scaleSchedule({ value: growing, by: 1.1 }))).toThrow(/momentum is 1\.089/);
    // On its way to 2, it is stopped at 0.8: the part that is never reached does not count.
    const stopped = linearDecay({ from: 0.2, to: 2, over: epochs(3) });
    expect(() => build(joinSchedules({ schedules: [stopped, 0.8], durations: [epochs(1)] }))).not.toThrow();
    expect(() => build(joinSchedules({ schedules: [stopped, 0.8], durations: [epochs(2)] }))).toThrow(
      /momentum is 1\.4/,
    );
  });
});

describe('bounds', () => {
  it.each<[Schedule, readonly [number, number]]>([
    [stepDecay({ from: 1, every: epochs(10), factor: 0.5 }), [0.25, 1]],
    [stepDecay({ from: 1, every: epochs(30), factor: 0.5 }), [1, 1]],
    [multiStepDecay({ from: 1, milestones: [epochs(29), epochs(30)], factor: 0.5 }), [0.5, 1]],
    [linearDecay({ from: 1, to: 0, over: epochs(60) }), [0.5, 1]],
    [exponentialDecay({ from: 1, factor: 0.5, every: epochs(15) }), [0.25, 1]],
    [inverseTimeDecay({ from: 1, over: epochs(10) }), [0.25, 1]],
    [inverseSquareRootDecay({ from: 1, over: epochs(10) }), [0.5, 1]],
    [polynomialDecay({ from: 1, over: epochs(60), power: 2 }), [0.25, 1]],
    [oneCycle({ from: 0.2, peak: 1, over: epochs(100), rise: 0.6, shape: 'linear' }), [0.2, 0.6]],
    [oneCycle({ from: 0.2, peak: 1, to: 0, over: epochs(100), rise: 0.2, threePhase: true }), [0.2, 1]],
    [warmup({ from: 0, over: epochs(60), into: 1 }), [0, 0.5]],
    [warmup({ from: 0.9, over: epochs(20), into: linearDecay({ from: 1, to: 0, over: epochs(20) }) }), [0.5, 1]],
    [scaleSchedule({ value: linearDecay({ from: 1, to: 0, over: epochs(60) }), by: -2 }), [-2, -1]],
  ])('of the first 30 epochs of %j are exact, within 1e-15', (schedule, expected) => {
    boundsOf(schedule, { epoch: 30 }).forEach((bound, i) => {
      expect(Math.abs(bound - expected[i]!)).toBeLessThan(1e-15);
    });
  });
});

describe('formulas, written anew', () => {
  it.each<[Schedule, (k: number) => number]>([
    [inverseTimeDecay({ from: 0.3, over: steps(70) }), (k) => (0.3 * 70) / (70 + k)],
    [inverseTimeDecay({ from: 0.3, over: epochs(2), power: 0.75 }), (k) => 0.3 * Math.exp(-0.75 * Math.log1p(k / 200))],
    [
      exponentialDecay({ from: 0.3, factor: 0.5, every: epochs(2), limit: 0.1 }),
      (k) => Math.max(0.3 * 2 ** (-k / 200), 0.1),
    ],
    [exponentialDecay({ from: 1e-6, factor: 10, every: steps(50), limit: 1 }), (k) => Math.min(10 ** (k / 50 - 6), 1)],
    [polynomialDecay({ from: 2, to: 1, over: steps(300), power: 2 }), (k) => 1 + (1 - Math.min(k, 300) / 300) ** 2],
    [
      cosineDecay({ from: 2, to: 1, over: fraction(0.1) }),
      (k) => 1 + Math.cos((Math.PI * Math.min(k, 200)) / 400) ** 2,
    ],
    // The Transformer: d^−½ min(k^−½, k τ^−3/2), scaled to the peak 0.3 at τ = 60.
    [
      warmup({ from: 0, over: steps(60), into: inverseSquareRootDecay({ from: 0.3, over: steps(60) }) }),
      (k) => 0.3 * Math.sqrt(60) * Math.min(1 / Math.sqrt(Math.max(k, 1e-9)), k * 60 ** -1.5),
    ],
    [
      warmup({ from: 0.01, over: steps(100), into: 1, shape: 'exponential' }),
      (k) => (k < 100 ? 10 ** (k / 50 - 2) : 1),
    ],
    [
      warmup({ from: 0, over: steps(100), into: 1, shape: 'cosine' }),
      (k) => Math.sin((Math.PI * Math.min(k, 100)) / 200) ** 2,
    ],
    [
      scaleSchedule({ value: linearDecay({ from: 1, to: 0, over: steps(400) }), by: constant({ value: 3 }) }),
      (k) => 3 * (1 - Math.min(k, 400) / 400),
    ],
  ])('of %j agree at every step, within 1e-14', (schedule, formula) => {
    for (let k = 0; k < 500; k++) expect(Math.abs(valueAt(schedule, at(k)) - formula(k))).toBeLessThan(1e-14);
  });
});

describe('joined schedules', () => {
  it('see positions from their own start, in whatever unit each counts', () => {
    const jumps = stepDecay({ from: 1, every: steps(10), factor: 0.5 });
    for (const first of [steps(500), epochs(5), examples(4000), fraction(0.25)]) {
      const joined = joinSchedules({ schedules: [9, jumps], durations: [first] });
      for (let k = 0; k < 700; k++) {
        expect(valueAt(joined, at(k))).toBe(k < 500 ? 9 : 0.5 ** Math.floor((k - 500) / 10));
      }
    }
  });

  it('change over on the step where decimal durations add up to it: 0.1, 0.2 and 0.3 epochs', () => {
    const joined = joinSchedules({ schedules: [1, 2, 3, 4], durations: [epochs(0.1), epochs(0.2), epochs(0.3)] });
    for (let k = 0; k < 100; k++) expect(valueAt(joined, at(k))).toBe(k < 10 ? 1 : k < 30 ? 2 : k < 60 ? 3 : 4);
  });

  it('are continuous where a warm-up hands over: no step moves by more than the slope, 1/50', () => {
    const decay = cosineDecay({ from: 1, over: epochs(3) });
    for (const shape of ['linear', 'cosine', 'exponential'] as const) {
      const schedule = warmup({ from: 0.01, over: epochs(1), into: decay, shape });
      expect(valueAt(schedule, at(0))).toBe(0.01);
      expect(valueAt(schedule, at(100))).toBe(1);
      const moves = Array.from({ length: 500 }, (_, k) => valueAt(schedule, at(k + 1)) - valueAt(schedule, at(k)));
      expect(Math.max(...moves.map(Math.abs))).toBeLessThan(shape === 'exponential' ? 0.05 : 0.02);
      expect(Math.min(...moves.slice(0, 100))).toBeGreaterThan(0);
      expect(Math.max(...moves.slice(100))).toBeLessThanOrEqual(0);
    }
  });

  it('reduce to one of them where all but it are constant: a join of equal numbers is that number', () => {
    const same = joinSchedules({ schedules: [0.1, 0.1, 0.1], durations: [epochs(1), steps(50)] });
    for (const position of positions) expect(valueAt(same, position)).toBe(0.1);
  });

  it('are data until they are read, inside too', () => {
    const raw = throughJson(linearDecay({ from: 1, to: 0, over: epochs(1) })) as Schedule;
    expect(() => scaleSchedule({ value: raw, by: 2 })).toThrow(/data without its definition/);
  });
});

describe('oneCycle', () => {
  it("has PyTorch's defaults, for the rate and, mirrored, for the momentum", () => {
    const rest = { over: { fraction: 1 }, rise: 0.3, shape: 'cosine', threePhase: false };
    expect(oneCycle({ peak: 0.5, over: fraction(1) })).toEqual({
      ...{ schedule: 'oneCycle', mode: 'rate', from: 0.02, peak: 0.5, to: 0.02 / 10_000, ...rest },
    });
    expect(oneCycle({ mode: 'momentum', over: fraction(1) })).toEqual({
      ...{ schedule: 'oneCycle', mode: 'momentum', from: 0.95, peak: 0.85, to: 0.95, ...rest },
    });
  });
});

describe('mistakes', () => {
  const over = epochs(1);
  it.each<[string, object, RegExp]>([
    ['stepDecay', { from: 1, every: over, gamma: 0.5 }, /unknown option "gamma" \(stepDecay\)/],
    ['stepDecay', { from: 1, every: over, factor: 2 }, /factor is 2 .*at most 1/],
    ['multiStepDecay', { from: 1, milestones: [] }, /milestones is \[\]/],
    ['multiStepDecay', { from: 1, milestones: [over, 3] }, /milestones\[1\] is 3/],
    ['exponentialDecay', { from: 1, factor: 2, every: over }, /grow without limit .*Give a limit/],
    ['exponentialDecay', { from: 1, factor: 2, every: over, limit: 0.5 }, /limit is 0.5 .*at least 1/],
    ['exponentialDecay', { from: 1, factor: 0.5, every: over, limit: 2 }, /limit is 2 .*at most 1/],
    ['inverseTimeDecay', { from: 1, over, power: -1 }, /power is -1/],
    ['inverseSquareRootDecay', { from: 1 }, /over is missing/],
    ['polynomialDecay', { from: 1, over, power: 0 }, /power is 0 .*above 0/],
    ['cosineDecay', { from: '1', over }, /from is "1"/],
    ['warmRestarts', { max: 1, min: 2, first: over }, /min is 2 .*at most 1/],
    ['warmRestarts', { max: 1, first: over, growth: 0.5 }, /growth is 0.5/],
    ['warmRestarts', { max: 1, first: over, maxFactor: 0 }, /maxFactor is 0/],
    ['oneCycle', { over }, /peak is missing/],
    ['oneCycle', { over, peak: 1, mode: 'moment' }, /mode is "moment" .*Did you mean "momentum"/],
    ['oneCycle', { over, peak: 1, rise: 0.6, threePhase: true }, /rise is 0.6 .*at most 0.5/],
    ['warmup', { from: 0, over }, /into is missing .*a finite number or a schedule/],
    ['warmup', { from: 0, over, into: 1, shape: 'exponential' }, /from is 0 .*above 0/],
    ['warmup', { from: 1, over, into: 0, shape: 'exponential' }, /the first value of into is 0/],
    ['warmup', { from: 0, over, into: { schedule: 'cosineDecai' } }, /no schedule "cosineDecai".*"cosineDecay"/],
    ['joinSchedules', { schedules: [1, 2], durations: [over, over] }, /2 schedules have 2 durations/],
    ['joinSchedules', { schedules: 1, durations: [over] }, /schedules is 1/],
    ['joinSchedules', { schedules: [1, {}], durations: [over] }, /schedules\[1\] is \{\}/],
    ['scaleSchedule', { value: 1 }, /by is missing/],
    ['reduceOnPlateau', { from: 1, patience: 0 }, /patience is 0/],
    ['reduceOnPlateau', { from: 1, factor: 1 }, /factor is 1 .*below 1/],
    ['reduceOnPlateau', { from: 1, min: 2 }, /min is 2/],
    ['reduceOnPlateau', { from: 1, monitor: 3 }, /monitor is 3/],
  ])('in %s are refused: %j', (schedule, options, message) => {
    expect(() => readSchedule({ schedule, ...options })).toThrow(OptionError);
    expect(() => readSchedule({ schedule, ...options })).toThrow(message);
  });

  it('such as no options at all are refused', () => {
    expect(() => cosineDecay(undefined as never)).toThrow(/the options are undefined \(cosineDecay\)/);
  });
});
