import { describe, expect, it } from 'vitest';
import { add, div, mul, norm, pow, sqrt, square, sub } from './expression.ts';
import { required, rule } from './rule.ts';
import { createUpdater } from './updater.ts';

const executors = ['wasm', 'js', 'float64'] as const;
type Executor = (typeof executors)[number];

const plain = rule({
  ...{ name: 'plain', slots: {}, hyper: { learningRate: required } },
  update: ({ theta, g, learningRate: ε }) => ({ theta: sub(theta, mul(ε, g)) }),
})({ learningRate: 0.1 });

/** Bias correction makes the number of the step count. */
const corrected = rule({
  ...{ name: 'corrected', slots: { s: 0, r: 0 }, hyper: { learningRate: required, beta: 0.9 } },
  update: ({ theta, g, s, r, step, learningRate: ε, beta: β }) => {
    const s1 = add(mul(β, s), mul(sub(1, β), g));
    const r1 = add(mul(β, r), mul(sub(1, β), square(g)));
    const correction = sub(1, pow(β, step));
    const direction = div(div(s1, correction), add(sqrt(div(r1, correction)), 0.01));
    return { s: s1, r: r1, theta: sub(theta, mul(ε, direction)) };
  },
})({ learningRate: 0.1 });

const withInterim = rule({
  ...{ name: 'withInterim', slots: { v: 0 }, hyper: { learningRate: required, beta: 0.9 } },
  interim: ({ theta, v, beta }) => add(theta, mul(beta, v)),
  update: ({ theta, g, v, learningRate: ε, beta }) => {
    const v1 = sub(mul(beta, v), mul(ε, g));
    return { v: v1, theta: add(theta, v1) };
  },
})({ learningRate: 0.1 });

const withNorm = rule({
  ...{ name: 'withNorm', slots: { v: 0 }, hyper: { learningRate: required, beta: 0.9 } },
  update: ({ theta, g, v, learningRate: ε, beta }) => {
    const v1 = add(mul(beta, v), div(g, add(norm(g), norm(theta))));
    return { v: v1, theta: sub(theta, mul(ε, v1)) };
  },
})({ learningRate: 0.1 });

const each = [plain, corrected, withInterim, withNorm];
const parameters = [5, 16, 33, 1, 7].map((size, i) => ({ name: `p${i}`, size }));
const hyper = { learningRate: 0.1, beta: 0.9 };

function started(optimizer: typeof plain, executor: Executor, more: { readonly boundsGradient?: boolean } = {}) {
  const updater = createUpdater({ optimizer, parameters, executor, ...more });
  for (const { name, size } of parameters) {
    updater.arena.view('theta', name).set(Array.from({ length: size }, (_, i) => Math.cos(3 * i + size)));
  }
  return updater;
}

type AnyUpdater = ReturnType<typeof started>;

/** One step whose gradient depends, parameter by parameter, on where it is taken and on its own count of updates. */
function advance(updater: AnyUpdater, step: number, counts = parameters.map(() => step)) {
  updater.prepare({ step, hyper });
  parameters.forEach(({ name }, p) => {
    const at = updater.arena.view(updater.gradientAt, name);
    updater.arena.view('gradient', name).set(Array.from(at, (x, i) => Math.sin(3 * x + counts[p]! + i)));
  });
  updater.step({ step, hyper });
}

function stateOf({ arena, slots }: AnyUpdater, name: string) {
  return ['theta', ...slots].map((region) => Array.from(arena.view(region, name)));
}

describe.each(executors)('controls on %s', (executor) => {
  it.each(each)('$optimizer: a frozen parameter stays with its slots, the others go on as ever, to the bit', (one) => {
    const [free, held] = [started(one, executor), started(one, executor)];
    for (let step = 1; step <= 3; step++) for (const updater of [free, held]) advance(updater, step);
    for (const frozen of [1, 3]) held.controls[frozen]!.trainable = false;
    const before = ['p1', 'p3'].map((name) => stateOf(held, name));
    for (let step = 4; step <= 9; step++) for (const updater of [free, held]) advance(updater, step);
    expect(['p1', 'p3'].map((name) => stateOf(held, name))).toEqual(before);
    for (const name of ['p0', 'p2', 'p4']) expect(stateOf(held, name)).toEqual(stateOf(free, name));
    expect(stateOf(free, 'p1')).not.toEqual(before[0]);
  });

  it.each(each)('$optimizer: a parameter that was frozen goes on as if that time had not been, to the bit', (one) => {
    const [free, held] = [started(one, executor), started(one, executor)];
    const counts = parameters.map(() => 0);
    for (let step = 1; step <= 12; step++) {
      held.controls[2]!.trainable = step < 4 || step > 7;
      held.controls[0]!.trainable = step > 4;
      parameters.forEach((_, p) => {
        if (held.controls[p]!.trainable) counts[p]!++;
      });
      advance(held, step, counts);
    }
    expect(held.controls.map(({ skipped }) => skipped)).toEqual([4, 0, 4, 0, 0]);
    for (let step = 1; step <= 12; step++) {
      advance(free, step);
      if (step === 8) for (const name of ['p0', 'p2']) expect(stateOf(held, name)).toEqual(stateOf(free, name));
    }
    for (const name of ['p1', 'p3', 'p4']) expect(stateOf(held, name)).toEqual(stateOf(free, name));
  });

  it('take the gradient of a frozen parameter at theta itself', () => {
    const updater = started(withInterim, executor);
    for (let step = 1; step <= 3; step++) advance(updater, step);
    updater.controls[1]!.trainable = false;
    updater.prepare({ step: 4, hyper });
    const [theta, interim] = ['theta', 'interim'].map((region) => updater.arena.view(region, 'p1'));
    expect(interim).toEqual(theta);
    expect(updater.arena.view('interim', 'p2')).not.toEqual(updater.arena.view('theta', 'p2'));
  });

  it.each(each)('$optimizer: own hyper-parameters do what they would do to all, to the bit', (one) => {
    const own = { learningRate: 0.02, beta: 0.5 };
    const [mixed, common, other] = [started(one, executor), started(one, executor), started(one, executor)];
    for (const index of [1, 2]) mixed.controls[index]!.hyper = own;
    for (const control of other.controls) control.hyper = own;
    for (let step = 1; step <= 6; step++) for (const updater of [mixed, common, other]) advance(updater, step);
    for (const name of ['p0', 'p3', 'p4']) expect(stateOf(mixed, name)).toEqual(stateOf(common, name));
    for (const name of ['p1', 'p2']) expect(stateOf(mixed, name)).toEqual(stateOf(other, name));
    expect(stateOf(common, 'p1')).not.toEqual(stateOf(other, 'p1'));
  });

  it('leave nothing of a weight decay that is no longer given', () => {
    const updater = createUpdater({ optimizer: plain, parameters, executor, decays: true });
    const thetas = updater.arena.view('theta', 'p1').fill(1);
    const own = { learningRate: 0.5, weightDecay: 1 };
    for (const given of [undefined, own, undefined]) {
      for (const control of updater.controls) control.hyper = given;
      updater.step({ step: 1, hyper: { learningRate: 0.5 } });
    }
    expect(Array.from(thetas)).toEqual(Array.from(thetas, () => 0.5));
  });

  it('scale and bound gradients one by one, beside what the step says of all', () => {
    const updater = started(plain, executor, { boundsGradient: true });
    updater.arena.region('theta').fill(0);
    const gradient = [-4, -1, 0, 1, 8];
    for (const name of ['p0', 'p2', 'p4']) updater.arena.view('gradient', name).set(gradient);
    updater.controls[0]!.gradientScale = 0.25;
    updater.controls[2]!.gradientBound = 0.5;
    updater.controls[4]!.gradientScale = 3;
    updater.controls[4]!.gradientBound = 4;
    const given = { step: 1, hyper: { learningRate: 1 }, gradientScale: 0.5, gradientBound: 0.75 };
    updater.step(given);
    const expected = [
      gradient.map((g) => Math.max(-0.75, Math.min(0.125 * g, 0.75))),
      gradient.map((g) => Math.max(-0.5, Math.min(0.5 * g, 0.5))),
      gradient.map((g) => Math.max(-4, Math.min(1.5 * g, 4))),
    ];
    ['p0', 'p2', 'p4'].forEach((name, i) => {
      const moved = Array.from(updater.arena.view('theta', name).subarray(0, 5), (x) => 0 - x);
      expect(moved).toEqual(expected[i]);
    });
  });

  it('tell the norm between bounds and the norm without them, which are equal where no bound acts', () => {
    const updater = started(plain, executor, { boundsGradient: true });
    for (const { name, size } of parameters) {
      const gradient = Array.from({ length: size }, (_, i) => Math.fround(Math.sin(i + size)));
      updater.arena.view('gradient', name).set(gradient);
      const control = updater.controls.find((one) => one.name === name)!;
      control.gradientScale = 2;
      const whole = 2 * Math.hypot(...gradient);
      for (const bound of [undefined, 3, 0.5]) {
        control.gradientBound = bound;
        const bounded = Math.hypot(...gradient.map((g) => Math.sign(g) * Math.min(2 * Math.abs(g), bound ?? 9)));
        const norms = updater.boundedNorms(name);
        expect(Math.abs(norms.whole / whole - 1)).toBeLessThan(1e-14);
        expect(Math.abs(norms.bounded / bounded - 1)).toBeLessThan(1e-14);
        if (bound !== 0.5) expect(norms.bounded).toBe(norms.whole);
      }
      updater.arena.view('gradient', name)[0] = Number.NaN;
      expect(updater.boundedNorms(name)).toEqual({ bounded: Number.NaN, whole: Number.NaN });
    }
    expect(() => started(plain, executor).boundedNorms('p0')).toThrow(/boundsGradient: true/);
  });

  it('let neighbours under equal control share a run of the kernel', () => {
    const updater = started(corrected, executor);
    const runsOf = (step: number) => {
      const before = updater.kernelRuns();
      updater.step({ step, hyper });
      return updater.kernelRuns() - before;
    };
    expect(runsOf(1)).toBe(1);
    updater.controls[2]!.hyper = { ...hyper };
    expect(runsOf(2)).toBe(3);
    updater.controls[3]!.hyper = updater.controls[2]!.hyper;
    expect(runsOf(3)).toBe(3);
    for (const control of updater.controls) control.hyper = undefined;
    for (const control of updater.controls) control.gradientScale = 0.5;
    expect(runsOf(4)).toBe(1);
    updater.controls[0]!.gradientScale = 1;
    expect(runsOf(5)).toBe(2);
    updater.controls[0]!.gradientScale = 0.5;
    updater.controls[1]!.trainable = false;
    expect(runsOf(6)).toBe(2);
    // It has one update less than its neighbours now.
    updater.controls[1]!.trainable = true;
    expect(runsOf(7)).toBe(3);
    updater.resetSlots();
    expect(runsOf(1)).toBe(1);
    for (const control of updater.controls) control.trainable = false;
    expect(runsOf(2)).toBe(0);
  });

  it('refuse own hyper-parameters that are missing or out of range, and change nothing', () => {
    const updater = started(corrected, executor);
    const before = parameters.map(({ name }) => stateOf(updater, name));
    updater.controls[3]!.hyper = { learningRate: 0.1 };
    expect(() => updater.step({ step: 1, hyper })).toThrow(/beta is undefined/);
    updater.controls[3]!.hyper = { learningRate: -1, beta: 0.9 };
    expect(() => updater.step({ step: 1, hyper })).toThrow(/learningRate is -1/);
    expect(parameters.map(({ name }) => stateOf(updater, name))).toEqual(before);
  });
});

it('norms are the same to the bit in WebAssembly as in float32 JavaScript, in float64 as they are added', () => {
  for (const size of [1, 2, 7, 64, 1001]) {
    const [wasm, js] = (['wasm', 'js'] as const).map((executor) => {
      const updater = createUpdater({
        ...{ optimizer: plain, parameters: [{ name: 'x', size }], executor, boundsGradient: true },
      });
      updater.controls[0]!.gradientBound = 0.7;
      const gradient = updater.arena.view('gradient', 'x');
      gradient.set(Array.from({ length: size }, (_, i) => Math.sin(i * i) * 10 ** (i % 5)));
      return updater.boundedNorms('x');
    });
    expect(wasm).toEqual(js);
  }
});
