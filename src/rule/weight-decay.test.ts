import { describe, expect, it } from 'vitest';
import { add, mul, norm, sub } from './expression.ts';
import { hyperAt, type Optimizer, required, rule, type WeightDecayKind, weightDecayKinds } from './rule.ts';
import { schedule } from './schedule.ts';
import { createUpdater } from './updater.ts';

/** v ← αv + g; θ ← θ − εv. The rule itself says nothing of decay. */
const build = rule({
  ...{ name: 'trace', slots: { v: 0 }, hyper: { learningRate: required, alpha: 0.9 } },
  update: ({ theta, g, v, learningRate: ε, alpha }) => {
    const v1 = add(mul(alpha, v), g);
    return { v: v1, theta: sub(theta, mul(ε, v1)) };
  },
});
/** Falls from `from` by a tenth of it with each step. */
const falling = schedule<{ readonly from: number }>({
  ...{ name: 'falling', complete: (options) => options },
  at: ({ from }, { step }) => from * (1 - 0.1 * step),
  bounds: ({ from }) => [0, from],
});
const executors = ['wasm', 'js', 'float64'] as const;
const parameters = [
  { name: 'a', size: 5 },
  { name: 'b', size: 18 },
];
const position = (step: number) => ({ step, epoch: 0, examples: 0, fraction: 0 });
const thetaOf = (size: number) => Array.from({ length: size }, (_, i) => Math.fround(1 + Math.cos(i)));
const gradientOf = (step: number, size: number) =>
  Array.from({ length: size }, (_, i) => Math.fround(Math.sin(step + 2 * i)));

function started(optimizer: Optimizer, executor: (typeof executors)[number], decays = false) {
  const updater = createUpdater({ optimizer, parameters, executor, decays });
  for (const { name, size } of parameters) updater.arena.view('theta', name).set(thetaOf(size));
  return updater;
}

function advance(updater: ReturnType<typeof started>, step: number, gradientScale = 1) {
  for (const { name, size } of parameters) updater.arena.view('gradient', name).set(gradientOf(step, size));
  updater.step({ step, hyper: hyperAt(updater.optimizer, position(step - 1)), gradientScale });
}

/** The formulas, written anew. */
function reference(kind: WeightDecayKind, size: number, steps: number, rate: (k: number) => number, λ: number) {
  const theta = thetaOf(size);
  const v = theta.map(() => 0);
  for (let step = 1; step <= steps; step++) {
    const ε = rate(step - 1);
    gradientOf(step, size).forEach((raw, i) => {
      let g = 0.5 * raw; // Clipping comes first.
      if (kind === 'l2') g += λ * theta[i]!;
      if (kind === 'decoupledByRate') theta[i]! -= ε * λ * theta[i]!;
      if (kind === 'decoupledBySchedule') theta[i]! -= (ε / rate(0)) * λ * theta[i]!;
      v[i] = 0.9 * v[i]! + g;
      theta[i]! -= ε * v[i]!;
    });
  }
  return theta;
}

describe.each(executors)('weight decay on %s', (executor) => {
  const tolerance = executor === 'float64' ? 1e-14 : 2e-6;

  it.each(weightDecayKinds)('%s is its formula, under a constant and a falling rate', (kind) => {
    for (const learningRate of [0.05, falling({ from: 0.05 })]) {
      const rate = (k: number) => (learningRate === 0.05 ? 0.05 : 0.05 * (1 - 0.1 * k));
      const updater = started(build({ learningRate, weightDecay: 0.2, weightDecayKind: kind }), executor);
      for (let step = 1; step <= 8; step++) advance(updater, step, 0.5);
      for (const { name, size } of parameters) {
        const expected = reference(kind, size, 8, rate, 0.2);
        updater.arena.view('theta', name).forEach((value, i) => {
          expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance);
        });
      }
    }
  });

  it('can be scheduled by itself: the first steps decay as they would at that value', () => {
    const updater = started(build({ learningRate: 0.05, weightDecay: falling({ from: 0.2 }) }), executor);
    advance(updater, 1, 0.5);
    updater.arena.view('theta', 'b').forEach((value, i) => {
      expect(Math.abs(value - reference('l2', 18, 1, () => 0.05, 0.2)[i]!)).toBeLessThan(tolerance);
    });
    const before = Array.from(updater.arena.view('theta', 'b'));
    const v = Array.from(updater.arena.view('v', 'b'));
    advance(updater, 2, 0.5);
    updater.arena.view('theta', 'b').forEach((value, i) => {
      const moved = 0.9 * v[i]! + 0.5 * gradientOf(2, 18)[i]! + 0.2 * 0.9 * before[i]!;
      expect(Math.abs(value - (before[i]! - 0.05 * moved))).toBeLessThan(tolerance);
    });
  });

  it.each(weightDecayKinds)('%s of 0 leaves the path to the bit', (kind) => {
    const [without, zero] = [
      started(build({ learningRate: 0.05 }), executor),
      started(build({ learningRate: 0.05, weightDecay: 0, weightDecayKind: kind }), executor),
    ];
    for (let step = 1; step <= 5; step++) for (const updater of [without, zero]) advance(updater, step);
    expect(zero.arena.view('theta', 'b')).toEqual(without.arena.view('theta', 'b'));
  });

  it('may be given to some parameters only, where the optimizer has none', () => {
    const kind = 'l2';
    const some = started(build({ learningRate: 0.05 }), executor, true);
    const all = started(build({ learningRate: 0.05, weightDecay: 0.2, weightDecayKind: kind }), executor);
    const none = started(build({ learningRate: 0.05 }), executor);
    some.controls[1]!.hyper = { learningRate: 0.05, alpha: 0.9, weightDecay: 0.2 };
    for (let step = 1; step <= 5; step++) for (const updater of [some, all, none]) advance(updater, step);
    expect(some.arena.view('theta', 'a')).toEqual(none.arena.view('theta', 'a'));
    expect(some.arena.view('theta', 'b')).toEqual(all.arena.view('theta', 'b'));
    // And taken away again.
    const [left, others] = [all, none].map((updater) => Array.from(updater.arena.view('theta', 'a')));
    expect(left).not.toEqual(others);
  });

  it('may be taken from some parameters only, where the optimizer has some', () => {
    const decayed = { learningRate: 0.05, weightDecay: 0.2, weightDecayKind: 'decoupledBySchedule' } as const;
    const [some, all, none] = [build(decayed), build(decayed), build({ learningRate: 0.05 })].map((one) =>
      started(one, executor),
    );
    some!.controls[0]!.hyper = { learningRate: 0.05, alpha: 0.9, weightDecay: 0 };
    for (let step = 1; step <= 5; step++) for (const updater of [some!, all!, none!]) advance(updater, step);
    expect(some!.arena.view('theta', 'a')).toEqual(none!.arena.view('theta', 'a'));
    expect(some!.arena.view('theta', 'b')).toEqual(all!.arena.view('theta', 'b'));
  });

  it('stands before norms of the rule see theta and the gradient', () => {
    const scaled = rule({
      ...{ name: 'scaled', slots: {}, hyper: { learningRate: required } },
      update: ({ theta, g, learningRate: ε }) => ({ theta: sub(theta, mul(mul(ε, norm(theta)), g)) }),
    });
    const decayed = { learningRate: 0.05, weightDecay: 2, weightDecayKind: 'decoupledByRate' } as const;
    const updater = started(scaled(decayed), executor);
    advance(updater, 1);
    const shrunk = thetaOf(18).map((x) => x * (1 - 0.05 * 2));
    const length = Math.hypot(...shrunk);
    updater.arena.view('theta', 'b').forEach((value, i) => {
      expect(Math.abs(value - (shrunk[i]! - 0.05 * length * gradientOf(1, 18)[i]!))).toBeLessThan(tolerance);
    });
  });

  it('refuses a decay below 0, of a step or of one parameter', () => {
    const updater = started(build({ learningRate: 0.05, weightDecay: 0.2 }), executor);
    const hyper = { learningRate: 0.05, alpha: 0.9, weightDecay: -1 };
    expect(() => updater.step({ step: 1, hyper })).toThrow(/weightDecay is -1/);
    updater.controls[0]!.hyper = hyper;
    expect(() => advance(updater, 1)).toThrow(/weightDecay is -1/);
  });
});
