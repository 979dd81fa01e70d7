import { describe, expect, it } from 'vitest';
import { add, div, mul, sub } from './expression.ts';
import { required, rule } from './rule.ts';
import { createUpdater } from './updater.ts';

/** θ ← θ − ε/(1 − Πβ) · g, with the sum of the rates beside the product of betas, each from the other's old value. */
const build = rule({
  ...{ name: 'withScalars', slots: { r: 0 }, scalars: { product: 1, sum: 0.5 } },
  hyper: { learningRate: required, beta: 0.9 },
  update: ({ theta, g, r, product, sum, learningRate: ε, beta: β }) => {
    const product1 = mul(product, β);
    const sum1 = add(sum, mul(ε, product));
    const r1 = add(r, mul(sum1, g));
    return { product: product1, sum: sum1, r: r1, theta: sub(theta, div(mul(ε, r1), sub(1, product1))) };
  },
});
const optimizer = build({ learningRate: 0.1 });
const parameters = [
  { name: 'a', size: 3 },
  { name: 'b', size: 17 },
];
const executors = ['wasm', 'js', 'float64'] as const;
const hyperOf = (step: number) => ({ learningRate: 0.1 * step, beta: 1 - 1 / (step + 2) });
const gradientOf = (step: number, size: number) =>
  Array.from({ length: size }, (_, i) => Math.fround(Math.sin(step + i)));

describe.each(executors)('scalars on %s', (executor) => {
  const started = () => createUpdater({ optimizer, parameters, executor });
  const advance = (updater: ReturnType<typeof started>, step: number) => {
    for (const { name, size } of parameters) updater.arena.view('gradient', name).set(gradientOf(step, size));
    updater.step({ step, hyper: hyperOf(step) });
  };

  it('are one for all parameters, kept in float64, and follow the formula within 1e-13 or 1e-5', () => {
    const updater = started();
    expect(updater.scalars).toEqual({ product: 1, sum: 0.5 });
    let [product, sum] = [1, 0.5];
    const theta = new Array<number>(17).fill(0);
    const r = new Array<number>(17).fill(0);
    for (let step = 1; step <= 10; step++) {
      advance(updater, step);
      const { learningRate: ε, beta: β } = hyperOf(step);
      [product, sum] = [product * β, sum + ε * product];
      gradientOf(step, 17).forEach((g, i) => {
        r[i]! += sum * g;
        theta[i]! -= (ε * r[i]!) / (1 - product);
      });
      expect(Math.abs(updater.scalars.product! - product)).toBeLessThan(1e-15);
      expect(Math.abs(updater.scalars.sum! - sum)).toBeLessThan(1e-15);
    }
    updater.arena.view('theta', 'b').forEach((value, i) => {
      expect(Math.abs(value - theta[i]!)).toBeLessThan(executor === 'float64' ? 1e-13 : 1e-5);
    });
  });

  it('go on, once written, as if never interrupted, to the bit', () => {
    const [whole, before, after] = [started(), started(), started()];
    for (let step = 1; step <= 9; step++) advance(whole, step);
    for (let step = 1; step <= 4; step++) advance(before, step);
    Object.assign(after.scalars, JSON.parse(JSON.stringify(before.scalars)));
    for (const { name } of parameters) {
      for (const region of ['theta', ...before.slots]) {
        after.arena.view(region, name).set(Float64Array.from(before.arena.view(region, name)));
      }
    }
    for (let step = 5; step <= 9; step++) advance(after, step);
    for (const { name } of parameters) expect(after.arena.view('theta', name)).toEqual(whole.arena.view('theta', name));
    expect(after.scalars).toEqual(whole.scalars);
  });

  it('go back to where they start with the slots', () => {
    const updater = started();
    advance(updater, 1);
    expect(updater.scalars.product).not.toBe(1);
    updater.resetSlots();
    expect(updater.scalars).toEqual({ product: 1, sum: 0.5 });
  });

  it('move also where every parameter is frozen: they count steps, not updates', () => {
    const updater = started();
    for (const control of updater.controls) control.trainable = false;
    advance(updater, 1);
    expect(updater.scalars.product).toBe(hyperOf(1).beta);
  });
});

it('a scalar cannot depend on elements, nor be read where it is not kept', () => {
  const wrong = (update: (values: never) => object) =>
    createUpdater({
      optimizer: rule({ name: 'wrong', slots: {}, scalars: { s: 1 }, hyper: {}, update } as never)(),
      parameters,
    });
  expect(() => wrong(({ theta, g }: { theta: never; g: never }) => ({ theta, s: g }))).toThrow(/s depends on elements/);
  expect(() => wrong(({ theta, s }: { theta: never; s: never }) => ({ theta: mul(s, theta) }))).toThrow(/s is read/);
});
