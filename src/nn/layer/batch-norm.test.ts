import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hessianVector } from '../../autodiff/grad.ts';
import { gradients } from '../../autodiff/gradients.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { mul, square } from '../../graph/elementwise.ts';
import { foldScales } from '../../graph/fold-scale.ts';
import { sum } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { trace } from '../../graph/trace.ts';
import { evaluate } from '../../runtime/reference.ts';
import { traceForward } from '../forward.ts';
import type { Layer } from '../layer.ts';
import type { Statistics } from '../state.ts';
import { type BatchNormOptions, batchNorm } from './batch-norm.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { sequential } from './sequential.ts';

interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Batch {
  readonly input: Values;
  readonly output: Values;
  readonly cotangent: Values;
  readonly gradients: Readonly<Record<'input' | 'scale' | 'shift', Values>>;
  readonly running: Readonly<Record<'mean' | 'variance', Values>>;
}

interface Case {
  readonly name: string;
  readonly momentum: number;
  readonly epsilon: number;
  readonly parameters: Readonly<Record<string, Values>>;
  readonly batches: readonly Batch[];
  readonly used: { readonly input: Values; readonly output: Values };
}

const file = new URL('../../../test/fixtures/nn/batch-norm.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };

interface Options {
  readonly training: boolean;
  readonly statistics?: Statistics;
  readonly cotangent?: Values;
  readonly fold?: boolean;
}

/** Output, next states and gradients of a layer in float64; `fed` holds parameters and states by their own names. */
function run(layer: Layer, input: Values, fed: Readonly<Record<string, readonly number[]>>, options: Options) {
  const builder = new GraphBuilder();
  const arrays = new Map<string, Float64Array>([['input', Float64Array.from(input.values)]]);
  const x = builder.input('input', { shape: input.shape, dtype: 'float32' });
  const tensors = new Map<string, Tensor>([['input', x]]);
  const own = (name: string) => name.slice(name.lastIndexOf('/') + 1);
  const feed = ({ name, shape }: { readonly name: string; readonly shape: readonly number[] }) => {
    arrays.set(name, Float64Array.from(fed[own(name)]!));
    return builder.input(name, { shape, dtype: 'float32' });
  };
  const { training, statistics, cotangent } = options;
  const { output, updates } = traceForward(layer, x, {
    training,
    ...(statistics === undefined ? {} : { statistics }),
    state: feed,
    parameter: (declared) => {
      const tensor = feed(declared);
      tensors.set(own(declared.name), tensor);
      return tensor;
    },
  });
  const outputs = new Map([['output', output]]);
  for (const [name, next] of updates) outputs.set(`next ${own(name)}`, next);
  if (cotangent !== undefined) {
    arrays.set('cotangent', Float64Array.from(cotangent.values));
    const total = sum(mul(output, builder.input('cotangent', { shape: cotangent.shape, dtype: 'float32' })));
    gradients(total, [...tensors.values()]).forEach((gradient, i) => {
      outputs.set(`gradient of ${[...tensors.keys()][i]}`, gradient);
    });
  }
  const graph = builder.finish(outputs);
  return evaluate(options.fold ? foldScales(graph) : graph, arrays);
}

function distance(found: Float64Array | undefined, expected: ArrayLike<number>): number {
  expect(found?.length).toBe(expected.length);
  return found!.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
}

describe.each(cases)('batchNorm on $name', ({ momentum, epsilon, parameters, batches, used }) => {
  const layer = batchNorm({ momentum, epsilon });
  const learned = Object.fromEntries(Object.entries(parameters).map(([name, { values }]) => [name, values]));
  const starting = { mean: learned.scale!.map(() => 0), variance: learned.scale!.map(() => 1) };

  it("gives PyTorch's outputs, gradients and running statistics over two batches, and in use, within 1e-12", () => {
    let running: Readonly<Record<string, readonly number[]>> = starting;
    for (const { input, output, cotangent, gradients: expected, running: after } of batches) {
      const results = run(layer, input, { ...learned, ...running }, { training: true, cotangent });
      expect(distance(results.get('output'), output.values)).toBeLessThan(1e-12);
      for (const [name, { values }] of Object.entries(expected)) {
        expect(distance(results.get(`gradient of ${name}`), values), name).toBeLessThan(1e-11);
      }
      running = { mean: [...results.get('next mean')!], variance: [...results.get('next variance')!] };
      for (const name of ['mean', 'variance'] as const) {
        expect(distance(Float64Array.from(running[name]!), after[name].values)).toBeLessThan(1e-12);
      }
    }
    const results = run(layer, used.input, { ...learned, ...running }, { training: false });
    expect(distance(results.get('output'), used.output.values)).toBeLessThan(1e-12);
    expect([...results.keys()]).toEqual(['output']);
  });

  it('in training with frozen statistics normalises as in use, and its statistics do not move', () => {
    const { input } = batches[0]!;
    const state = { ...learned, mean: starting.mean.map(() => 0.7), variance: starting.variance.map(() => 2.5) };
    const frozen = run(layer, input, state, { training: true, statistics: 'frozen' });
    expect([...frozen.keys()]).toEqual(['output']);
    expect(frozen.get('output')).toEqual(run(layer, input, state, { training: false }).get('output'));
  });

  it('by running statistics normalises as in use, and they follow the batch', () => {
    const { input } = batches[0]!;
    const fed = { ...learned, ...starting };
    const results = run(layer, input, fed, { training: true, statistics: 'running' });
    expect(results.get('output')).toEqual(run(layer, input, fed, { training: false }).get('output'));
    expect(results.get('next mean')).toEqual(run(layer, input, fed, { training: true }).get('next mean'));
  });
});

describe('conventions', () => {
  const x = { shape: [4, 2], values: [1, 2, 3, 6, 5, 1, 7, 3] };
  const next = (options: BatchNormOptions) => {
    const fed = { scale: [1, 1], shift: [0, 0], mean: [0, 0], variance: [1, 1] };
    const results = run(batchNorm(options), x, fed, { training: true });
    return { output: results.get('output')!, mean: results.get('next mean')!, variance: results.get('next variance')! };
  };

  it('are those of PyTorch by default: 0.9 · 1 + 0.1 · 6.6667 for the variance of 1, 3, 5, 7', () => {
    const { output, mean, variance } = next({});
    expect(distance(output.subarray(0, 2), [-1.3416394449, -0.5345217202])).toBeLessThan(1e-9);
    expect(distance(mean, [0.4, 0.3])).toBeLessThan(1e-12);
    expect(distance(variance, [1.5666666667, 1.3666666667])).toBeLessThan(1e-9);
  });

  it('of Keras are momentum 0.99 of the running value and the biased variance: 0.99 · 1 + 0.01 · 5', () => {
    const { mean, variance } = next({ momentum: 0.99, momentumOf: 'running', storedVariance: 'biased' });
    expect(distance(mean, [0.04, 0.03])).toBeLessThan(1e-12);
    expect(distance(variance, [1.04, 1.025])).toBeLessThan(1e-12);
  });

  it('leave out what is not learned', () => {
    const bare = run(
      batchNorm({ scale: false, shift: false }),
      x,
      { mean: [0, 0], variance: [1, 1] },
      { training: true },
    );
    expect(distance(bare.get('output'), next({}).output)).toBe(0);
  });
});

describe('batchNorm', () => {
  it('refuses a batch of one value for each channel in training, and says what helps', () => {
    const one = { shape: [1, 2], values: [1, 2] };
    const fed = { scale: [1, 1], shift: [0, 0], mean: [0, 0], variance: [1, 1] };
    expect(() => run(batchNorm(), one, fed, { training: true })).toThrow(/one value for each channel.*dropLast/);
    expect(run(batchNorm(), one, fed, { training: false }).get('output')).toHaveLength(2);
    expect(run(batchNorm(), one, fed, { training: true, statistics: 'frozen' }).get('output')).toHaveLength(2);
  });

  it('leaves out the bias of the layer before it', () => {
    const builder = new GraphBuilder();
    const x = builder.input('input', { shape: [4, 3], dtype: 'float32' });
    const { parameters } = traceForward(sequential(dense(5), batchNorm(), dense(2)), x, {
      training: true,
      parameter: ({ name, shape }) => builder.input(name, { shape, dtype: 'float32' }),
    });
    expect(parameters.map(({ name }) => name)).toEqual([
      ...['dense1/weight', 'norm1/scale', 'norm1/shift', 'dense2/weight', 'dense2/bias'],
    ]);
  });

  it.each([
    ['a convolution', conv2d({ channels: 4, kernel: 3, padding: 'same' }), [2, 3, 4, 4], [4, 3, 3, 3]],
    ['a dense layer', dense(4), [3, 5], [5, 4]],
  ] as const)(
    'in use folds into %s: no element but the weights is multiplied, the same within 1e-12',
    (_, layer, shape, weight) => {
      const numbers = (count: number, seed: number) => Array.from({ length: count }, (_, i) => Math.sin(seed + 7 * i));
      const count = (dimensions: readonly number[]) => dimensions.reduce((product, d) => product * d, 1);
      const input = { shape, values: numbers(count(shape), 1) };
      const fed = {
        ...{ weight: numbers(count(weight), 2), scale: [1, -2, 0.5, 3], shift: [0, 1, -1, 2] },
        ...{ mean: [0.1, -0.2, 0.3, 0.4], variance: [1, 2, 0.5, 0.1] },
      };
      const model = sequential(layer, batchNorm());
      const plain = run(model, input, fed, { training: false });
      const folded = run(model, input, fed, { training: false, fold: true });
      expect(distance(folded.get('output'), plain.get('output')!)).toBeLessThan(1e-12);
      const builder = new GraphBuilder();
      const x = builder.input('input', { shape, dtype: 'float32' });
      const { output } = traceForward(model, x, {
        training: false,
        parameter: ({ name, shape: own }) => builder.input(name, { shape: own, dtype: 'float32' }),
      });
      const graph = foldScales(builder.finish(new Map([['output', output]])));
      const products = graph.nodes.filter(({ op }) => op.kind === 'mul').map((node) => count(node.shape));
      expect(Math.max(...products)).toBe(count(weight));
    },
  );

  it('has second derivatives: Hessian-vector products are central differences of gradients, within 1e-7', () => {
    const spec = { shape: [4, 3], dtype: 'float32' } as const;
    const graph = trace({ theta: spec, v: spec }, ({ theta, v }) => {
      const loss = (x: Tensor) => {
        const constantOf =
          (value: number) =>
          ({ shape }: { readonly shape: readonly number[] }) =>
            x.builder.leaf({ kind: 'fill', value }, { shape, dtype: 'float32' });
        const options = { training: true, parameter: constantOf(0.8), state: constantOf(1) };
        const { output } = traceForward(batchNorm(), x, options);
        return sum(mul(square(output), output));
      };
      const [gradient] = gradients(loss(theta), [theta]);
      return { gradient: gradient!, product: hessianVector(loss)(theta, v) };
    });
    const theta = Float64Array.from({ length: 12 }, (_, i) => Math.sin(3 * i) + i / 10);
    const v = Float64Array.from({ length: 12 }, (_, i) => Math.cos(5 * i));
    const at = (step: number) =>
      evaluate(
        graph,
        new Map([
          ['theta', theta.map((t, i) => t + step * v[i]!)],
          ['v', v],
        ]),
      );
    const h = 1e-5;
    const [above, below] = [at(h).get('gradient')!, at(-h).get('gradient')!];
    expect(
      distance(
        at(0).get('product'),
        above.map((g, i) => (g - below[i]!) / (2 * h)),
      ),
    ).toBeLessThan(1e-7);
  });
});
