import { afterEach, describe, expect, it, vi } from 'vitest';
import { OptionError } from '../base/errors.ts';
import { key, RandomStream } from '../base/random.ts';
import { add, div, mul, pow, sqrt, square, sub } from './expression.ts';
import { required, rule } from './rule.ts';
import { createUpdater } from './updater.ts';

const momentum = rule({
  name: 'momentum',
  slots: { v: 0 },
  hyper: { learningRate: required, momentum: 0.9 },
  update: ({ theta, g, v, learningRate: ε, momentum: α }) => {
    const v1 = sub(mul(α, v), mul(ε, g));
    return { v: v1, theta: add(theta, v1) };
  },
});
const nesterov = rule({
  ...{ name: 'nesterov', slots: { v: 0 }, hyper: { learningRate: required, momentum: 0.9 } },
  interim: ({ theta, v, momentum: α }) => add(theta, mul(α, v)),
  update: ({ theta, g, v, learningRate: ε, momentum: α }) => {
    const v1 = sub(mul(α, v), mul(ε, g));
    return { v: v1, theta: add(theta, v1) };
  },
});
const scaled = rule({
  name: 'scaled',
  slots: { r: 1 },
  hyper: { learningRate: required },
  update: ({ theta, g, r, step, learningRate: ε }) => {
    const r1 = add(mul(0.5, r), square(g));
    return { r: r1, theta: sub(theta, mul(ε, div(g, mul(pow(0.5, step), sqrt(r1))))) };
  },
});
const optimizers = [momentum({ learningRate: 0.1 }), nesterov({ learningRate: 0.1 }), scaled({ learningRate: 0.1 })];
const executors = ['wasm', 'js', 'float64'] as const;
const parameters = [
  { name: 'weights', size: 37 },
  { name: 'bias', size: 5 },
];

type AnyUpdater = ReturnType<typeof createUpdater<'wasm' | 'js' | 'float64'>>;

/** A gradient that depends on the parameters and on the step. */
function advance(updater: AnyUpdater, step: number, hyper = { learningRate: 0.1, momentum: 0.9 }) {
  updater.prepare({ step, hyper });
  const at = updater.arena.region(updater.gradientAt);
  const gradient = updater.arena.region('gradient');
  for (const { name, size } of parameters) {
    const start = updater.arena.offset(name);
    for (let i = start; i < start + size; i++) gradient[i] = Math.sin(3 * at[i]! + step + i);
  }
  updater.step({ step, hyper });
}

function fill(updater: AnyUpdater) {
  const stream = new RandomStream(key(4));
  for (const { name } of parameters) {
    const theta = updater.arena.view('theta', name);
    for (let i = 0; i < theta.length; i++) theta[i] = stream.normal();
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe.each(executors)('an updater on %s', (executor) => {
  it.each(optimizers)('$optimizer: slots saved and restored go on as if never interrupted, to the bit', (optimizer) => {
    const whole = createUpdater({ optimizer, parameters, executor });
    const [before, after] = [1, 2].map(() => createUpdater({ optimizer, parameters: parameters, executor }));
    fill(whole);
    fill(before!);
    for (let step = 1; step <= 12; step++) advance(whole, step);
    for (let step = 1; step <= 7; step++) advance(before!, step);
    for (const { name } of parameters) {
      for (const region of ['theta', ...before!.slots]) {
        after!.arena.view(region, name).set(Float64Array.from(before!.arena.view(region, name)));
      }
    }
    for (let step = 8; step <= 12; step++) advance(after!, step);
    for (const { name } of parameters) {
      expect(after!.arena.view('theta', name)).toEqual(whole.arena.view('theta', name));
    }
    expect(whole.arena.view('theta', 'weights').every(Number.isFinite)).toBe(true);
  });

  it.each(optimizers)(
    '$optimizer: slots are keyed by name, so another order of parameters changes nothing',
    (optimizer) => {
      const [one, other] = [parameters, [...parameters].reverse()].map((order) => {
        const updater = createUpdater({ optimizer, parameters: order, executor });
        for (const { name } of parameters) {
          updater.arena.view('theta', name).forEach((_, i, theta) => {
            theta[i] = Math.cos(i);
          });
        }
        for (let step = 1; step <= 5; step++) {
          const hyper = { learningRate: 0.1, momentum: 0.9 };
          updater.prepare({ step, hyper });
          for (const { name } of parameters) {
            const at = updater.arena.view(updater.gradientAt, name);
            updater.arena.view('gradient', name).set(Array.from(at, (x) => x * 0.3 + 0.1));
          }
          updater.step({ step, hyper });
        }
        return updater;
      });
      for (const region of ['theta', ...one!.slots]) {
        for (const { name } of parameters)
          expect(one!.arena.view(region, name)).toEqual(other!.arena.view(region, name));
      }
    },
  );

  it.each(optimizers)('$optimizer: a learning rate of 0 leaves theta to the bit', (optimizer) => {
    const updater = createUpdater({ optimizer, parameters, executor });
    fill(updater);
    const before = Array.from(updater.arena.view('theta', 'weights'));
    for (let step = 1; step <= 3; step++) advance(updater, step, { learningRate: 0, momentum: 0.9 });
    expect(Array.from(updater.arena.view('theta', 'weights'))).toEqual(before);
  });

  it('leaves the padding between parameters alone', () => {
    const updater = createUpdater({ optimizer: optimizers[0]!, parameters, executor });
    fill(updater);
    advance(updater, 1);
    const { arena } = updater;
    expect(Array.from(arena.region('theta').subarray(37, arena.offset('bias'))).every((x) => x === 0)).toBe(true);
  });

  it('starts slots from their values and puts them back there', () => {
    const updater = createUpdater({ optimizer: optimizers[2]!, parameters, executor });
    expect(Array.from(updater.arena.view('r', 'bias'))).toEqual([1, 1, 1, 1, 1]);
    advance(updater, 1);
    expect(updater.arena.view('r', 'bias')[0]).not.toBe(1);
    updater.resetSlots();
    expect(Array.from(updater.arena.view('r', 'bias'))).toEqual([1, 1, 1, 1, 1]);
  });

  it('multiplies the gradient by gradientScale', () => {
    const updater = createUpdater({ optimizer: optimizers[0]!, parameters, executor });
    updater.arena.view('gradient', 'bias').fill(8);
    updater.step({ step: 1, hyper: { learningRate: 0.5, momentum: 0 }, gradientScale: 0.25 });
    expect(Array.from(updater.arena.view('theta', 'bias'))).toEqual([-1, -1, -1, -1, -1]);
  });

  it('writes the interim point beside theta, which stays as it is until the step', () => {
    const updater = createUpdater({ optimizer: optimizers[1]!, parameters, executor });
    expect(updater.gradientAt).toBe('interim');
    const [theta, v, interim] = ['theta', 'v', 'interim'].map((region) => updater.arena.view(region, 'bias'));
    theta!.fill(3);
    v!.fill(2);
    updater.prepare({ step: 1, hyper: { learningRate: 0.1, momentum: 0.5 } });
    expect(Array.from(interim!)).toEqual([4, 4, 4, 4, 4]);
    expect(Array.from(theta!)).toEqual([3, 3, 3, 3, 3]);
    expect(updater.kernelRuns()).toBe(1);
  });

  it('sums squares in float64, of a region or a parameter, and shows a single NaN or infinity', () => {
    const updater = createUpdater({ optimizer: optimizers[0]!, parameters, executor });
    const [weights, bias] = parameters.map(({ name }) => updater.arena.view('gradient', name));
    weights!.fill(3e30);
    bias!.set([3, 4, 0, 0, 12]);
    expect(updater.sumOfSquares('gradient', 'bias')).toBe(169);
    const exact = 37 * weights![0]! ** 2 + 169;
    expect(Math.abs(updater.sumOfSquares('gradient') / exact - 1)).toBeLessThan(1e-14);
    bias![4] = Number.POSITIVE_INFINITY;
    expect(updater.sumOfSquares('gradient')).toBe(Number.POSITIVE_INFINITY);
    bias![4] = Number.NaN;
    expect(updater.sumOfSquares('gradient')).toBeNaN();
    expect(updater.sumOfSquares('gradient', 'weights')).toBeGreaterThan(0);
  });

  it('refuses a step or hyper-parameter that is missing or out of range, and changes nothing', () => {
    const updater = createUpdater({ optimizer: optimizers[0]!, parameters, executor });
    updater.arena.view('gradient', 'bias').fill(1);
    const hyper = { learningRate: 0.1, momentum: 0.9 };
    expect(() => updater.step({ step: 0, hyper })).toThrow(/step is 0/);
    expect(() => updater.step({ step: 1, hyper: { learningRate: 0.1 } })).toThrow(/momentum is undefined/);
    expect(() => updater.step({ step: 1, hyper: { ...hyper, learningRate: -1 } })).toThrow(OptionError);
    expect(() => updater.step({ step: 1, hyper: { ...hyper, learningRate: Number.NaN } })).toThrow(
      /learningRate is NaN/,
    );
    expect(Array.from(updater.arena.view('theta', 'bias'))).toEqual([0, 0, 0, 0, 0]);
  });
});

describe('createUpdater', () => {
  it('compiles one module, and none when hyper-parameters, step or clipping change', () => {
    const compile = vi.spyOn(WebAssembly, 'Module');
    const updater = createUpdater({ optimizer: optimizers[1]!, parameters });
    expect(compile).toHaveBeenCalledTimes(1);
    for (let step = 1; step <= 20; step++) {
      const hyper = { learningRate: 0.1 / step, momentum: 1 - 1 / (step + 1) };
      updater.prepare({ step, hyper });
      updater.step({ step, hyper, gradientScale: 1 / step });
    }
    expect(compile).toHaveBeenCalledTimes(1);
    expect(updater.kernelRuns()).toBe(40);
  });

  it('computes the same to the bit in WebAssembly without fused multiply-add and in float32 JavaScript', () => {
    for (const optimizer of optimizers) {
      const [wasm, js] = (['wasm', 'js'] as const).map((executor) => {
        const updater = createUpdater({ optimizer, parameters, executor, fusedMultiplyAdd: false });
        fill(updater);
        for (let step = 1; step <= 30; step++) advance(updater, step);
        return updater;
      });
      expect(wasm!.fusedMultiplyAdd).toBe(false);
      for (const { name } of parameters) expect(wasm!.arena.view('theta', name)).toEqual(js!.arena.view('theta', name));
    }
  });

  it.each([0.1, 1e-3, 3e-19, 1e-21, 1e-30, 1e-42, 1e18, 1e20, 3e38])(
    'sums the squares of values near %d within 2e-7',
    (scale) => {
      const size = 2 ** 16 + 67;
      const updater = createUpdater({ optimizer: optimizers[0]!, parameters: [{ name: 'w', size }] });
      const gradient = updater.arena.view('gradient', 'w');
      let exact = 0;
      gradient.forEach((_, i) => {
        gradient[i] = scale * Math.sin(i);
        exact += gradient[i]! ** 2;
      });
      expect(Math.abs(updater.sumOfSquares('gradient') / exact - 1)).toBeLessThan(2e-7);
    },
  );

  it('finds one value among millions that float32 cannot square', () => {
    const size = 2 ** 22 + 3;
    const updater = createUpdater({ optimizer: optimizers[0]!, parameters: [{ name: 'w', size }] });
    const gradient = updater.arena.view('gradient', 'w').fill(0.1);
    gradient[1_000_000] = 2 ** 100;
    expect(Math.abs(updater.sumOfSquares('gradient') / 2 ** 200 - 1)).toBeLessThan(1e-12);
    for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
      gradient[1_000_000] = bad;
      expect(updater.sumOfSquares('gradient')).toBe(bad ** 2);
    }
  });

  it('takes buffers for others into the same memory', () => {
    const { arena } = createUpdater({
      optimizer: optimizers[0]!,
      parameters,
      buffers: [{ name: 'batch', bytes: 100 }],
    });
    expect(arena.buffer('batch').buffer).toBe(arena.view('theta', 'bias').buffer);
    expect(arena.buffer('batch').length).toBe(100);
  });

  it('refuses an executor that it does not know, with the nearest name', () => {
    const create = () => createUpdater({ optimizer: optimizers[0]!, parameters, executor: 'wasn' as 'wasm' });
    expect(create).toThrow(/executor is "wasn".*Did you mean "wasm"/);
  });
});
