import { InferenceSession, Tensor } from 'onnxruntime-node';
import { describe, expect, it } from 'vitest';
import { expectOrthogonal } from '../../test/fixtures/rule/singular-values.ts';
import { emitOnnx } from './emit-onnx.ts';
import { encodeOnnx } from './encode-onnx.ts';
import {
  add,
  constant,
  div,
  type Expression,
  equal,
  max,
  mul,
  norm,
  orthogonalize,
  sqrt,
  square,
  sub,
  where,
} from './expression.ts';
import { newtonSchulz } from './newton-schulz.ts';
import { programsOf } from './program.ts';
import { type Optimizer, required, rule } from './rule.ts';
import { createUpdater } from './updater.ts';

const executors = ['wasm', 'js', 'float64'] as const;
const hyper = { learningRate: 0.1 };
const lengthOf = (x: readonly number[]) => Math.sqrt(x.reduce((sum, value) => sum + value * value, 0));

type Values = { readonly theta: Expression; readonly g: Expression; readonly r: Expression };
const staged = (name: string, update: (values: Values) => { theta: Expression; r?: Expression }): Optimizer =>
  rule({
    ...{ name, slots: { r: 0.5 }, hyper: { learningRate: required } },
    update: ({ theta, g, r, learningRate: ε }) => {
      const written = update({ theta, g, r });
      return { ...written, theta: sub(theta, mul(ε, written.theta)) };
    },
  })({ learningRate: 0.1 });

/** Rules whose direction needs norms, and the same direction in plain float64. */
type Meaning = (theta: number[], g: number[], r: number[]) => { direction: number[]; r?: number[] };
const cases: readonly (readonly [string, Optimizer, Meaning])[] = [
  [
    'the gradient made as long as theta',
    staged('trust', ({ theta, g }) => ({ theta: mul(div(norm(theta), norm(g)), g) })),
    (theta, g) => ({ direction: g.map((x) => (lengthOf(theta) / lengthOf(g)) * x) }),
  ],
  [
    // 0/0 for the zeros between parameters.
    'a norm of what is NaN for zeros',
    staged('quotients', ({ theta, g }) => ({ theta: mul(norm(div(theta, g)), g) })),
    (theta, g) => ({ direction: g.map((x) => lengthOf(theta.map((t, i) => t / g[i]!)) * x) }),
  ],
  [
    'a norm of a constant, √n',
    staged('count', ({ g }) => ({ theta: div(g, norm(constant(1))) })),
    (_, g) => ({ direction: g.map((x) => x / Math.sqrt(g.length)) }),
  ],
  [
    'a norm of what uses a norm of what uses a norm, and a slot',
    staged('nested', ({ theta, g, r }) => {
      const unit = div(g, norm(g));
      const off = sub(theta, mul(norm(add(theta, unit)), unit));
      const r1 = add(mul(0.5, r), square(div(off, norm(off))));
      return { r: r1, theta: mul(norm(sqrt(r1)), off) };
    }),
    (theta, g, r) => {
      const unit = g.map((x) => x / lengthOf(g));
      const shifted = lengthOf(theta.map((t, i) => t + unit[i]!));
      const off = theta.map((t, i) => t - shifted * unit[i]!);
      const r1 = r.map((x, i) => 0.5 * x + (off[i]! / lengthOf(off)) ** 2);
      const root = lengthOf(r1.map(Math.sqrt));
      return { direction: off.map((x) => root * x), r: r1 };
    },
  ],
  [
    'a norm that only a slot needs',
    staged('kept', ({ g, r }) => ({ r: add(r, norm(g)), theta: r })),
    (_, g, r) => ({ direction: r, r: r.map((x) => x + lengthOf(g)) }),
  ],
  [
    'a norm in a condition',
    staged('guarded', ({ theta, g }) => {
      const length = norm(theta);
      return { theta: where(equal(length, 0), g, mul(max(length, 0.01), g)) };
    }),
    (theta, g) => ({ direction: g.map((x) => (lengthOf(theta) === 0 ? x : Math.max(lengthOf(theta), 0.01) * x)) }),
  ],
];

const sizes = [1, 3, 4, 5, 15, 16, 17, 31, 33, 70];
const parameters = sizes.map((size) => ({ name: `p${size}`, size }));
const thetaOf = (size: number) => Array.from({ length: size }, (_, i) => Math.fround(Math.cos(3 * i + size)));
const gradientOf = (size: number) => Array.from({ length: size }, (_, i) => Math.fround(Math.sin(i * i + size) + 0.01));

function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number, what = '') {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) => {
    const distance = Math.abs(actual[i]! - value) / Math.max(1, Math.abs(value));
    expect(distance, `${what} element ${i}: ${actual[i]}, not ${value}`).toBeLessThan(tolerance);
  });
}

describe.each(cases)('%s', (_, optimizer, meaning) => {
  it.each(executors)('is the formula on %s for every size, within 1e-14 or 2e-6, twice in a row', (executor) => {
    const updater = createUpdater({ optimizer, parameters, executor });
    const expected = new Map(
      sizes.map((size) => [size, { theta: thetaOf(size), r: new Array<number>(size).fill(0.5) }]),
    );
    for (const size of sizes) updater.arena.view('theta', `p${size}`).set(thetaOf(size));
    for (const step of [1, 2]) {
      for (const size of sizes) {
        const state = expected.get(size)!;
        const gradient = gradientOf(size).map((g) => Math.fround(g * step));
        updater.arena.view('gradient', `p${size}`).set(gradient);
        const { direction, r } = meaning(state.theta, gradient, state.r);
        state.theta = state.theta.map((t, i) => t - 0.1 * direction[i]!);
        if (r !== undefined) state.r = r;
      }
      expect(updater.step({ step, hyper })).toBeUndefined();
      for (const size of sizes) {
        const { theta, r } = expected.get(size)!;
        const tolerance = executor === 'float64' ? 1e-12 : 2e-5;
        expectClose(updater.arena.view('theta', `p${size}`), theta, tolerance, `theta of ${size}`);
        if (updater.slots.includes('r')) expectClose(updater.arena.view('r', `p${size}`), r, tolerance, 'r');
      }
    }
  });

  it('is the same in ONNX Runtime, within 2e-6', async () => {
    for (const shape of [[], [1], [5], [3, 7], [2, 3, 2]]) {
      const size = shape.reduce((a, b) => a * b, 1);
      const { theta } = await runOnnx(optimizer, shape, thetaOf(size), gradientOf(size));
      const { direction } = meaning(thetaOf(size), gradientOf(size), new Array(size).fill(0.5));
      expectClose(
        theta,
        thetaOf(size).map((t, i) => t - 0.1 * direction[i]!),
        2e-6,
      );
    }
  });
});

/** One step of one parameter in ONNX Runtime; slots start from 0.5. */
async function runOnnx(optimizer: Optimizer, shape: number[], theta: number[], gradient: number[]) {
  const { update, stages } = programsOf(optimizer);
  const nodes = emitOnnx(update, shape, stages);
  const session = await InferenceSession.create(encodeOnnx(nodes), { intraOpNumThreads: 1 });
  const regions: Record<string, number[]> = { theta, gradient, r: theta.map(() => 0.5) };
  const uniforms: Record<string, number> = { ...hyper, step: 1, gradientScale: 1 };
  const feeds = nodes.inputs.map(({ name, dtype }) => [
    name,
    dtype === 'float32'
      ? new Tensor('float32', Float32Array.from(regions[name]!), shape)
      : new Tensor('float64', Float64Array.of(uniforms[name]!), []),
  ]);
  const fetched = await session.run(Object.fromEntries(feeds));
  return { theta: Array.from(fetched['next/theta']!.data as Float32Array) };
}

describe('norms', () => {
  it('that do not need one another share a pass; those that do wait for it', () => {
    const count = (optimizer: Optimizer) => programsOf(optimizer).stages.length;
    expect(cases.map(([, optimizer]) => count(optimizer))).toEqual([1, 1, 1, 4, 1, 1]);
    // As a tree it would have 2⁴⁰ leaves.
    let x: Expression | undefined;
    const deep = staged('deep', ({ g }) => {
      x = g;
      for (let i = 0; i < 40; i++) x = mul(0.5, add(x, x));
      return { theta: div(x, norm(x)), r: mul(norm(mul(2, x)), g) };
    });
    expect(count(deep)).toBe(1);
  });

  it.each(executors)('show a NaN or an infinity of one parameter in it alone, on %s', (executor) => {
    const updater = createUpdater({ optimizer: cases[0]![1], parameters, executor });
    for (const size of sizes) {
      updater.arena.view('theta', `p${size}`).set(thetaOf(size));
      updater.arena.view('gradient', `p${size}`).set(gradientOf(size));
    }
    updater.arena.view('gradient', 'p17')[16] = Number.NaN;
    updater.step({ step: 1, hyper });
    for (const size of sizes) {
      const values = Array.from(updater.arena.view('theta', `p${size}`));
      expect(values.every(size === 17 ? Number.isNaN : Number.isFinite)).toBe(true);
    }
  });

  it.each(executors)('do not overflow where their squares leave float32, on %s', (executor) => {
    const updater = createUpdater({ optimizer: cases[0]![1], parameters: [{ name: 'x', size: 4 }], executor });
    updater.arena.view('theta', 'x').fill(1);
    updater.arena.view('gradient', 'x').fill(2 ** 100);
    updater.step({ step: 1, hyper });
    expectClose(updater.arena.view('theta', 'x'), [0.9, 0.9, 0.9, 0.9], 1e-6);
  });

  it('and what the shape says cannot enter a scalar or an interim point, which belong to all parameters', () => {
    const build = (spec: object) =>
      createUpdater({
        optimizer: rule({
          name: 'wrong',
          slots: {},
          hyper: {},
          update: ({ theta }: { theta: Expression }) => ({ theta }),
          ...spec,
        } as never)(),
        parameters: [{ name: 'x', size: 1 }],
      });
    const scalar = (next: (values: { theta: Expression; rows: Expression }) => Expression) => ({
      scalars: { s: 1 },
      update: (values: { theta: Expression; rows: Expression }) => ({ theta: values.theta, s: next(values) }),
    });
    expect(() => build(scalar(({ theta }) => norm(theta)))).toThrow(/s .*norm/);
    expect(() => build(scalar(({ rows }) => rows))).toThrow(/s .*rows/);
    expect(() => build({ interim: ({ theta }: { theta: Expression }) => mul(norm(theta), theta) })).toThrow(
      /interim.*norm/,
    );
  });
});

/** θ ← θ − ε·orthogonal(g), and − ε·g for vectors. */
const steepest = rule({
  ...{ name: 'steepest', slots: {}, hyper: { learningRate: required } },
  update: ({ theta, g, isMatrix, learningRate: ε }) => ({
    theta: sub(theta, mul(ε, where(equal(isMatrix, 1), orthogonalize(g), g))),
  }),
})({ learningRate: 0.1 });

/** The same of a matrix that is only known after a norm, with a norm of what comes out. */
const around = rule({
  ...{ name: 'around', slots: { r: 0.5 }, hyper: { learningRate: required } },
  update: ({ theta, g, r, learningRate: ε }) => {
    const r1 = add(mul(0.9, r), div(g, norm(g)));
    const o = orthogonalize(add(r1, mul(0.1, r)));
    return { r: r1, theta: sub(theta, mul(mul(ε, div(norm(theta), norm(o))), o)) };
  },
})({ learningRate: 0.1 });

const matrixParameters = [
  { name: 'tall', size: 15, shape: [5, 3] },
  { name: 'vector', size: 7, shape: [7] },
  { name: 'wide', size: 14, shape: [2, 7] },
  { name: 'square', size: 9, shape: [3, 3] },
  { name: 'filters', size: 36, shape: [3, 2, 2, 3] },
];

describe('orthogonalize', () => {
  it.each(executors)('keeps singular vectors and brings singular values to [0.6, 1.3], on %s', (executor) => {
    const updater = createUpdater({ optimizer: steepest, parameters: matrixParameters, executor });
    for (const { name, size } of matrixParameters) updater.arena.view('gradient', name).set(gradientOf(size));
    expect(updater.step({ step: 1, hyper: { learningRate: 1 } })).toBeUndefined();
    for (const { name, size, shape } of matrixParameters) {
      const moved = Array.from(updater.arena.view('theta', name), (x) => -x);
      if (name === 'vector') expect(moved).toEqual(gradientOf(size));
      else expectOrthogonal(gradientOf(size), moved, shape[0]!, 1e-5);
    }
  });

  it.each(executors)('has norms before it and behind it, on %s, as in ONNX Runtime within 5e-6', async (executor) => {
    const matrices = matrixParameters.filter(({ name }) => name !== 'vector');
    const updater = createUpdater({ optimizer: around, parameters: matrices, executor });
    for (const { name, size } of matrices) {
      updater.arena.view('theta', name).set(thetaOf(size));
      updater.arena.view('gradient', name).set(gradientOf(size));
      updater.arena.view('r', name).fill(0.5);
    }
    updater.step({ step: 1, hyper });
    for (const { name, size, shape } of matrices) {
      const { theta } = await runOnnx(around, shape, thetaOf(size), gradientOf(size));
      expectClose(updater.arena.view('theta', name), theta, 5e-6, name);
      const moved = thetaOf(size).map((t, i) => t - theta[i]!);
      expect(Math.abs(lengthOf(moved) / lengthOf(thetaOf(size)) - 0.1)).toBeLessThan(1e-5);
    }
  });

  it('through an engine that takes its time is the same to the bit, and one step', async () => {
    const optimizer = around;
    const updaters = [false, true].map((slow) =>
      createUpdater({
        ...{ optimizer, parameters: matrixParameters },
        ...(slow && {
          orthogonalize: async (tasks) => {
            await new Promise((resolve) => setTimeout(resolve, 1));
            for (const { parameter, rows, columns, matrix, orthogonal } of tasks) {
              const shape = matrixParameters.find(({ name }) => name === parameter)!.shape;
              expect([rows, columns]).toEqual([shape[0], matrix.length / shape[0]!]);
              newtonSchulz(matrix, orthogonal, rows, columns);
            }
          },
        }),
      }),
    );
    const results = await Promise.all(
      updaters.map(async (updater) => {
        for (const { name, size } of matrixParameters) updater.arena.view('theta', name).set(thetaOf(size));
        for (let step = 1; step <= 3; step++) {
          for (const { name, size } of matrixParameters) updater.arena.view('gradient', name).set(gradientOf(size));
          const pending = updater.step({ step, hyper });
          expect(pending === undefined).toBe(updater === updaters[0]);
          await pending;
        }
        return matrixParameters.map(({ name }) => Array.from(updater.arena.view('theta', name)));
      }),
    );
    expect(results[1]).toEqual(results[0]);
    expect(updaters[1]!.kernelRuns()).toBe(updaters[0]!.kernelRuns());
  });

  it('leaves frozen matrices out', () => {
    const seen: string[] = [];
    const updater = createUpdater({
      ...{ optimizer: steepest, parameters: matrixParameters },
      orthogonalize: (tasks) => {
        seen.push(...tasks.map(({ parameter }) => parameter));
        return undefined;
      },
    });
    updater.controls[0]!.trainable = false;
    updater.step({ step: 1, hyper });
    expect(seen).toEqual(['wide', 'square', 'filters']);
  });
});
