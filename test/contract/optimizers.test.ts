/** What every optimizer keeps to, whichever it is: all of the list, each with every choice and kind of decay it offers. */

import { afterEach, describe, expect, it, vi } from 'vitest';
import { nearest } from '../../src/base/nearest.ts';
import type { NumberRange } from '../../src/base/number-range.ts';
import { optimizers } from '../../src/optim/optimizers.ts';
import { readOptimizer } from '../../src/optim/read.ts';
import { constant } from '../../src/optim/schedule/constant.ts';
import type { ExecutorName } from '../../src/rule/executor.ts';
import { hyperAt, type Optimizer, type RuleBuilder, weightDecayKinds } from '../../src/rule/rule.ts';
import { createUpdater } from '../../src/rule/updater.ts';
import { distance, follow, followOnnx } from '../trajectory/follow.ts';

type Options = Record<string, number | string | boolean | object>;
interface Variant {
  readonly title: string;
  readonly build: RuleBuilder;
  /** Every hyper-parameter as a number, and the choices that are made. */
  readonly options: Options;
}

/** A value that the range allows, for a hyper-parameter without a default. */
const within = ({ min = 0, max = Number.POSITIVE_INFINITY }: NumberRange) => Math.min(min + 0.05, (min + max) / 2);

const describeWith = (build: RuleBuilder, options: Options) =>
  (build as unknown as (options: Options) => Optimizer)(options);

/** A rule's defaults, a rate that moves all of them some way without wild jumps, and each choice changed by itself. */
function variantsOf(build: RuleBuilder): Variant[] {
  const { name, hyper, choices, weightDecay } = build.definition;
  const options: Options = {};
  for (const [one, range] of Object.entries(hyper)) options[one] = range.default ?? within(range);
  if (hyper.learningRate !== undefined) options.learningRate = 0.02;
  if (weightDecay !== undefined && weightDecay.default !== 0) options.weightDecay = weightDecay.default;
  const decays = weightDecay === undefined ? [] : weightDecayKinds;
  return [
    { title: name, build, options },
    ...Object.entries(choices).flatMap(([choice, values]) =>
      values.slice(1).map((value) => ({
        title: `${name}, ${choice} ${value}`,
        ...{ build, options: { ...options, [choice]: value } },
      })),
    ),
    ...decays
      .filter((kind) => kind === 'l2' || hyper.learningRate !== undefined)
      .map((weightDecayKind) => ({
        title: `${name}, decay ${weightDecayKind}`,
        ...{ build, options: { ...options, weightDecay: 0.3, weightDecayKind } },
      })),
  ];
}

const variants = optimizers.flatMap(variantsOf);
const executors = ['wasm', 'js', 'float64'] as const;
const parameters = [
  { name: 'weights', size: 35, shape: [5, 7] },
  { name: 'bias', size: 5, shape: [5] },
  { name: 'filters', size: 24, shape: [6, 2, 2] },
  { name: 'scale', size: 1, shape: [] },
  { name: 'square', size: 9, shape: [3, 3] },
];
const names = parameters.map(({ name }) => name);
const position = (step: number) => ({ step: step - 1, epoch: 0, examples: 0, fraction: 0 });

function started(optimizer: Optimizer, executor: ExecutorName, more: object = {}) {
  const updater = createUpdater({ optimizer, parameters, executor, ...more });
  parameters.forEach(({ name, size }, p) => {
    const theta = Array.from({ length: size }, (_, i) => Math.cos(1 + p + i * i));
    updater.arena.view('theta', name).set(theta);
  });
  return updater;
}
type AnyUpdater = ReturnType<typeof started>;
type Gradient = (at: number, i: number, step: number) => number;

/** Depends, element by element, on where it is taken and when. */
const wavy: Gradient = (at, i, step) => Math.sin(3 * at + step + i);

/** Now lower, now higher than before, for rules that compare it. */
const lossAt = (step: number) => Math.sin(2 * step);

function advance(updater: AnyUpdater, step: number, gradient: Gradient = wavy) {
  const hyper = hyperAt(updater.optimizer, position(step));
  updater.prepare({ step, hyper });
  for (const name of names) {
    const at = updater.arena.view(updater.gradientAt, name);
    updater.arena.view('gradient', name).set(Array.from(at, (x, i) => gradient(x, i, step)));
  }
  updater.step({ step, hyper, loss: lossAt(step) });
}

const stateOf = ({ arena, slots }: AnyUpdater, name: string) =>
  Object.fromEntries(['theta', ...slots].map((region) => [region, Array.from(arena.view(region, name))]));
const statesOf = (updater: AnyUpdater) => names.map((name) => stateOf(updater, name));
const allFinite = (updater: AnyUpdater) =>
  statesOf(updater).every((one) => Object.values(one).flat().every(Number.isFinite));

function ran(optimizer: Optimizer, executor: ExecutorName, steps: number, gradient?: Gradient) {
  const updater = started(optimizer, executor, { fusedMultiplyAdd: false });
  for (let step = 1; step <= steps; step++) advance(updater, step, gradient);
  return updater;
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(executors)('on %s', (executor) => {
  describe.each(variants)('$title', ({ build, options }) => {
    const optimizer = describeWith(build, options);

    it('goes on from saved slots, scalars and counts of frozen steps as if never interrupted, to the bit', () => {
      const [whole, before] = [started(optimizer, executor), started(optimizer, executor)];
      for (const updater of [whole, before]) {
        for (let step = 1; step <= 5; step++) {
          updater.controls[1]!.trainable = step !== 2 && step !== 3;
          advance(updater, step);
        }
      }
      const saved = JSON.parse(
        JSON.stringify({
          states: statesOf(before),
          scalars: before.scalars,
          skipped: before.controls.map(({ skipped }) => skipped),
        }),
      ) as { states: Record<string, number[]>[]; scalars: Record<string, number>; skipped: number[] };
      expect(saved.skipped).toEqual([0, 2, 0, 0, 0]);
      const loaded = createUpdater({ optimizer, parameters, executor });
      saved.states.forEach((state, p) => {
        for (const [region, values] of Object.entries(state)) loaded.arena.view(region, names[p]!).set(values);
        loaded.controls[p]!.skipped = saved.skipped[p]!;
      });
      Object.assign(loaded.scalars, saved.scalars);
      for (let step = 6; step <= 10; step++) for (const updater of [whole, loaded]) advance(updater, step);
      expect(statesOf(loaded)).toEqual(statesOf(whole));
      expect(loaded.scalars).toEqual(whole.scalars);
      expect(allFinite(whole)).toBe(true);
      expect(statesOf(loaded)).not.toEqual(saved.states);
    });

    it('leaves all other parameters on their path to the bit when one is frozen, and that one where it is', () => {
      const free = started(optimizer, executor);
      for (let step = 1; step <= 2; step++) advance(free, step);
      const before = statesOf(free);
      for (let step = 3; step <= 5; step++) advance(free, step);
      names.forEach((name, frozen) => {
        const held = started(optimizer, executor);
        for (let step = 1; step <= 5; step++) {
          held.controls[frozen]!.trainable = step <= 2;
          advance(held, step);
        }
        expect(stateOf(held, name)).toEqual(before[frozen]);
        expect(stateOf(free, name)).not.toEqual(before[frozen]);
        for (const other of names.filter((one) => one !== name)) {
          expect(stateOf(held, other)).toEqual(stateOf(free, other));
        }
      });
    });

    it('takes microbatches, accumulated, as the large batch, to the bit where their mean is exact', () => {
      const [whole, parts] = [false, true].map((accumulates) => started(optimizer, executor, { accumulates }));
      // Multiples of 1/64, so that sums of four quarters do not round.
      const example = (at: number, i: number, step: number, batch: number) =>
        Math.round(64 * Math.sin(Math.round(8 * at) + step + i + 5 * batch)) / 64;
      for (let step = 1; step <= 6; step++) {
        const batches = [0, 1, 2, 3].map(
          (batch): Gradient =>
            (at, i, now) =>
              example(at, i, now, batch),
        );
        advance(whole!, step, (at, i, now) => batches.reduce((sum, one) => sum + one(at, i, now), 0) / 4);
        const hyper = hyperAt(optimizer, position(step));
        parts!.prepare({ step, hyper });
        batches.forEach((gradient, batch) => {
          for (const name of names) {
            const at = parts!.arena.view(parts!.gradientAt, name);
            parts!.arena.view('gradient', name).set(Array.from(at, (x, i) => gradient(x, i, step)));
          }
          if (batch < 3) parts!.accumulate(0.25);
          else parts!.collect(0.25);
        });
        parts!.step({ step, hyper, loss: lossAt(step) });
      }
      expect(statesOf(parts!)).toEqual(statesOf(whole!));
      expect(allFinite(whole!)).toBe(true);
    });

    it('does the same to the bit under constant schedules as under numbers', () => {
      // Not 0, which some rules take as a reason to keep less: a schedule of 0 may yet leave it.
      const moved = Object.entries(options).map(
        ([name, value]) => [name, value === 0 ? within(build.definition.hyper[name] ?? {}) : value] as const,
      );
      const scheduled = moved.map(
        ([name, value]) => [name, typeof value === 'number' ? constant({ value }) : value] as const,
      );
      const [numbers, schedules] = [moved, scheduled].map((one) => describeWith(build, Object.fromEntries(one)));
      const kinds = Object.values(schedules!).map((value) => typeof value);
      expect(kinds).toContain('object');
      expect(kinds).not.toContain('number');
      expect(statesOf(ran(schedules!, executor, 6))).toEqual(statesOf(ran(numbers!, executor, 6)));
    });

    it('stays finite under gradients of zero, from values and from zeros', () => {
      const still = ran(optimizer, executor, 5, () => 0);
      expect(allFinite(still)).toBe(true);
      still.resetSlots();
      still.arena.region('theta').fill(0);
      for (let step = 1; step <= 3; step++) advance(still, step, () => 0);
      expect(allFinite(still)).toBe(true);
      advance(still, 4);
      expect(allFinite(still)).toBe(true);
    });

    it('stays finite where a hyper-parameter is 0, wherever 0 is legal', () => {
      const ranges = { ...build.definition.hyper, ...('weightDecay' in options ? { weightDecay: { min: 0 } } : {}) };
      for (const [name, range] of Object.entries<NumberRange>(ranges)) {
        const { min = Number.NEGATIVE_INFINITY, exclusiveMin = false } = range;
        if (min > 0 || (min === 0 && exclusiveMin)) {
          expect(() => describeWith(build, { ...options, [name]: 0 })).toThrow(`${name} is 0`);
        } else {
          const updater = ran(describeWith(build, { ...options, [name]: 0 }), executor, 6);
          expect(allFinite(updater), `${name} = 0`).toBe(true);
        }
      }
    });

    it('leaves theta to the bit under rates of 0, unless it decays by the schedule alone', () => {
      const rates = Object.keys(build.definition.hyper).filter((name) => /learningRate$/i.test(name));
      const zero = Object.fromEntries(rates.map((name) => [name, 0]));
      if (rates.length === 0) return;
      const updater = started(describeWith(build, { ...options, ...zero }), executor);
      const before = names.map((name) => stateOf(updater, name).theta);
      for (let step = 1; step <= 4; step++) advance(updater, step);
      const now = names.map((name) => stateOf(updater, name).theta);
      if (options.weightDecayKind === 'decoupledBySchedule') expect(now).not.toEqual(before);
      else expect(now).toEqual(before);
    });
  });
});

describe.each(variants)('$title', ({ build, options }) => {
  const optimizer = describeWith(build, options);

  it('is the same to the bit in WebAssembly without fused multiply-add as in float32 JavaScript', () => {
    const [wasm, js] = (['wasm', 'js'] as const).map((executor) => ran(optimizer, executor, 12));
    expect(statesOf(wasm!)).toEqual(statesOf(js!));
    expect(allFinite(wasm!)).toBe(true);
  });

  it('compiles nothing after it is made, whatever changes from step to step', () => {
    const compile = vi.spyOn(WebAssembly, 'Module');
    const updater = started(optimizer, 'wasm');
    expect(compile).toHaveBeenCalledTimes(1);
    for (let step = 1; step <= 4; step++) {
      const hyper = hyperAt(optimizer, position(step));
      for (const name in hyper) hyper[name]! *= 1 - 0.001 * step;
      if (hyper.increase !== undefined) hyper.increase = 1 + 1 / step;
      updater.controls[2]!.trainable = step % 2 === 0;
      updater.controls[1]!.gradientScale = 1 / step;
      updater.controls[0]!.hyper = step === 3 ? { ...hyper } : undefined;
      updater.prepare({ step, hyper });
      const runs = updater.kernelRuns();
      updater.step({ step, hyper, gradientScale: 1 / step, loss: lossAt(step) });
      expect(updater.kernelRuns()).toBeGreaterThan(runs);
    }
    expect(compile).toHaveBeenCalledTimes(1);
  });

  it('is data that JSON keeps, and that does the same when read back', () => {
    const read = readOptimizer(JSON.parse(JSON.stringify(optimizer)));
    expect(read).toEqual(optimizer);
    expect(Object.isFrozen(read)).toBe(true);
    expect(statesOf(ran(read, 'float64', 3))).toEqual(statesOf(ran(optimizer, 'float64', 3)));
  });

  it.each(['network', 'matrices'] as const)('goes the same way as ONNX nodes, on %s within 2e-5', async (problem) => {
    const size = { network: 13, matrices: 24 }[problem];
    const start = Array.from({ length: size }, (_, i) => 0.7 * Math.cos(1 + i * i));
    const course = { problem, start, optimizer, clip: null, steps: 8 };
    expect(distance(await followOnnx(course), follow(course, 'float64').rows)).toBeLessThan(2e-5);
  });
});

describe.each(optimizers)('the builder of $definition.name', (build) => {
  const [variant] = variantsOf(build);
  const { hyper, choices, weightDecay } = build.definition;
  const decays = weightDecay === undefined ? [] : ['weightDecay', 'weightDecayKind'];

  it('refuses options that it does not know, with the nearest name', () => {
    const known = [...Object.keys(hyper), ...Object.keys(choices), ...decays];
    for (const name of known) {
      const mistyped = `${name.slice(0, -1)}${name.at(-1)!.toUpperCase()}q`;
      const act = () => describeWith(build, { ...variant!.options, [mistyped]: 0 });
      expect(act).toThrow(`unknown option "${mistyped}"`);
      expect(act).toThrow(`Did you mean "${nearest(mistyped, known)}"`);
      expect(nearest(mistyped, known)).toBe(name);
    }
  });

  it('refuses numbers out of range and choices that there are not, and schedules that leave the range', () => {
    for (const [name, range] of Object.entries<NumberRange>(hyper)) {
      const { min, max } = range;
      const beyond = [Number.NaN, Number.POSITIVE_INFINITY, ...(min === undefined ? [] : [min - 0.1])];
      for (const value of [...beyond, ...(max === undefined ? [] : [max + 0.1])]) {
        expect(() => describeWith(build, { ...variant!.options, [name]: value })).toThrow(`${name} is ${value}`);
        if (!Number.isFinite(value)) continue;
        expect(() => describeWith(build, { ...variant!.options, [name]: constant({ value }) })).toThrow(`${name} is`);
      }
    }
    for (const name of Object.keys(choices)) {
      expect(() => describeWith(build, { ...variant!.options, [name]: 'no such' })).toThrow(`${name} is "no such"`);
    }
  });
});

it('the list has no name twice', () => {
  const all = optimizers.map(({ definition }) => definition.name);
  expect(new Set(all).size).toBe(all.length);
});
