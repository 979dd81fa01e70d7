import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradients } from '../../autodiff/gradients.ts';
import { type Shape, size } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { mul } from '../../graph/elementwise.ts';
import { sum } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { evaluate } from '../../runtime/reference.ts';
import { type Model, traceForward } from '../forward.ts';
import { truncatedNormal } from '../init/truncated-normal.ts';
import type { Layer } from '../layer.ts';
import { auxiliary } from './auxiliary.ts';
import { averagePool2d } from './average-pool2d.ts';
import { batchNorm } from './batch-norm.ts';
import { convTranspose2d } from './conv-transpose2d.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { denseConnection } from './dense-connection.ts';
import { dropout } from './dropout.ts';
import { elu } from './elu.ts';
import { embedding } from './embedding.ts';
import { flatten } from './flatten.ts';
import { gelu } from './gelu.ts';
import { globalAveragePool2d } from './global-average-pool2d.ts';
import { globalMaxPool2d } from './global-max-pool2d.ts';
import { groupNorm } from './group-norm.ts';
import { gru } from './gru.ts';
import { instanceNorm } from './instance-norm.ts';
import { layerNorm } from './layer-norm.ts';
import { leakyRelu } from './leaky-relu.ts';
import { localResponseNorm } from './local-response-norm.ts';
import { lstm } from './lstm.ts';
import { maxPool2d } from './max-pool2d.ts';
import { maxout } from './maxout.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { named } from './named.ts';
import { outputs } from './outputs.ts';
import { parallel } from './parallel.ts';
import { positionEmbedding } from './position-embedding.ts';
import { relu } from './relu.ts';
import { reshapeExamples } from './reshape-examples.ts';
import { residual } from './residual.ts';
import { rmsNorm } from './rms-norm.ts';
import { selu } from './selu.ts';
import { sequential } from './sequential.ts';
import { sigmoid } from './sigmoid.ts';
import { silu } from './silu.ts';
import { simpleRnn } from './simple-rnn.ts';
import { softmax } from './softmax.ts';
import { softplus } from './softplus.ts';
import { spatialDropout } from './spatial-dropout.ts';
import { layers, readLayer } from './table.ts';
import { tanh } from './tanh.ts';

interface Values {
  readonly shape: Shape;
  readonly values: readonly number[];
}

interface Case {
  readonly name: string;
  readonly layer: Layer;
  readonly input: Values;
  readonly parameters: Readonly<Record<string, Values>>;
  readonly output: Values;
  readonly cotangent: Values;
  readonly gradients: Readonly<Record<string, Values>>;
}

function fixture(name: string): readonly Case[] {
  const file = new URL(`../../../test/fixtures/nn/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')).cases;
}

/** Output of a model in float64, and the gradients of sum(cotangent · output) by input and parameters. */
function run(model: Model, input: Values, parameters: Readonly<Record<string, Values>>, cotangent: Values) {
  const builder = new GraphBuilder();
  const fed = new Map<string, Float64Array>();
  const feed = (name: string, { shape, values }: Values): Tensor => {
    fed.set(name, Float64Array.from(values));
    return builder.input(name, { shape, dtype: 'float32' });
  };
  const x = feed('input', input);
  const tensors = new Map<string, Tensor>([['input', x]]);
  const { output } = traceForward(model, x, {
    training: false,
    parameter: ({ name }) => {
      const own = name.slice(name.lastIndexOf('/') + 1);
      const tensor = feed(name, parameters[own]!);
      tensors.set(own, tensor);
      return tensor;
    },
  });
  const total = sum(mul(output, feed('cotangent', cotangent)));
  const derived = gradients(total, [...tensors.values()]);
  const outputs = new Map([['output', output]]);
  [...tensors.keys()].forEach((name, index) => {
    outputs.set(`gradient of ${name}`, derived[index]!);
  });
  return { shape: output.shape, results: evaluate(builder.finish(outputs), fed) };
}

/** Largest difference, relative where the expected number is above 1 in size. */
function distance(found: Float64Array | undefined, expected: readonly number[]): number {
  expect(found?.length).toBe(expected.length);
  return expected.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(found![i]! - value) / Math.max(1, Math.abs(value))),
    0,
  );
}

describe.each([
  ['layers', 1e-12],
  ['activations', 1e-12],
] as const)('%s of PyTorch in float64', (file, tolerance) => {
  it.each(fixture(file).map((each) => [each.name, each] as const))(
    '%s: values and gradients within 1e-12',
    (_, each) => {
      const { shape, results } = run(readLayer(each.layer), each.input, each.parameters, each.cotangent);
      expect(shape).toEqual(each.output.shape);
      expect(distance(results.get('output'), each.output.values)).toBeLessThan(tolerance);
      for (const [name, { values }] of Object.entries(each.gradients)) {
        expect(distance(results.get(`gradient of ${name}`), values), name).toBeLessThan(tolerance);
      }
      expect(results.size).toBe(1 + Object.keys(each.gradients).length);
    },
  );
});

const examples: readonly Layer[] = [
  sequential(dense(3), named('out', relu())),
  dense(5, { bias: false, weightInitializer: truncatedNormal({ deviation: 0.05 }) }),
  conv2d({ channels: 4, kernel: [3, 2], stride: 2, padding: 'same', dilation: 1, groups: 2 }),
  convTranspose2d({ channels: 4, kernel: [3, 2], stride: [2, 3], padding: [1, 0], outputPadding: [0, 2], groups: 2 }),
  maxPool2d({ kernel: 3, stride: 2, padding: 1 }),
  averagePool2d({ kernel: [2, 3], countPadding: true }),
  globalMaxPool2d(),
  globalAveragePool2d(),
  flatten(),
  reshapeExamples([1, 28, 28]),
  dropout(0.5),
  spatialDropout(0.25),
  batchNorm({ momentum: 0.99, momentumOf: 'running', storedVariance: 'biased', scale: false }),
  groupNorm({ groups: 8, shift: false }),
  instanceNorm({ epsilon: 1e-3, scale: false }),
  rmsNorm({ axes: [-1, 1], scale: false }),
  localResponseNorm({ size: 4, alpha: 1, beta: 0.5, bias: 1, alphaOf: 'mean', evenWindow: 'after' }),
  auxiliary(sequential(globalAveragePool2d(), dense(3)), { weight: 0.5 }),
  outputs({ digit: sequential(dense(4), relu(), dense(3)), parity: dense(2) }),
  residual(dense(4), { projection: dense(4) }),
  parallel([dense(2), dense(3)], { axis: -1 }),
  denseConnection(dense(2)),
  embedding({ entries: 5, size: 3, padding: 0 }),
  positionEmbedding({ length: 7 }),
  simpleRnn({ units: 3, truncate: 2 }),
  gru({ units: 3, carryState: true }),
  lstm({ units: 3, returnSequence: false, forgetBias: 2 }),
  multiHeadAttention({ heads: 2, causal: true, dropout: 0.1 }),
  layerNorm(),
  relu(),
  leakyRelu({ slope: 0 }),
  elu({ alpha: 0 }),
  selu(),
  gelu(),
  silu(),
  softplus(),
  sigmoid(),
  tanh(),
  softmax({ axis: 1 }),
  maxout(5, { axis: -1 }),
];

describe('descriptions', () => {
  it('there is an example here for every row of the table', () => {
    expect(examples.map(({ layer }) => layer).sort()).toEqual(Object.keys(layers).sort());
  });

  it.each(examples.map((layer) => [layer.layer, layer] as const))(
    '%s prints to JSON and reads back equal',
    (_, layer) => {
      const back = readLayer(JSON.parse(JSON.stringify(layer)));
      expect(back).toEqual(layer);
      expect(JSON.stringify(back)).toBe(JSON.stringify(layer));
      expect(Object.isFrozen(layer)).toBe(true);
    },
  );

  it.each(examples.map((layer) => [layer.layer, layer] as const))(
    '%s refuses an option it does not know',
    (_, layer) => {
      expect(() => readLayer({ ...layer, oddity: 1 })).toThrow(/unknown option "oddity"/);
    },
  );

  it('fills in the documented defaults', () => {
    const he = { initializer: 'varianceScaling', factor: 2, mode: 'fanIn', distribution: 'normal' };
    const starts = { bias: true, weightInitializer: he, biasInitializer: { initializer: 'zeros' } };
    expect(readLayer({ layer: 'dense', units: 10 })).toEqual({ layer: 'dense', units: 10, ...starts });
    expect(readLayer({ layer: 'conv2d', channels: 2, kernel: 3 })).toEqual({
      ...{ layer: 'conv2d', channels: 2, kernel: [3, 3], stride: [1, 1], padding: [0, 0, 0, 0], dilation: [1, 1] },
      ...{ groups: 1, ...starts },
    });
    const pool = { kernel: [2, 3], stride: [2, 3], padding: [0, 0, 0, 0] };
    expect(maxPool2d([2, 3])).toEqual({ layer: 'maxPool2d', ...pool, dilation: [1, 1] });
    expect(averagePool2d([2, 3])).toEqual({ layer: 'averagePool2d', ...pool, countPadding: false });
    expect(leakyRelu().slope).toBe(0.01);
    expect(elu().alpha).toBe(1);
    expect(softmax().axis).toBe(-1);
  });

  it('a named layer is the same layer with a name', () => {
    expect(readLayer({ layer: 'relu', name: 'gate' })).toEqual(named('gate', relu()));
    expect(() => named('a/b', relu())).toThrow(/"a\/b"/);
    expect(() => named('', relu())).toThrow(/not empty/);
  });

  it.each<[string, () => unknown, RegExp]>([
    ['an unknown kind, with the nearest', () => readLayer({ layer: 'conv2' }), /Did you mean "conv2d"/],
    ['a mistyped option, with the nearest', () => dense(3, { bais: true } as object), /Did you mean "bias"/],
    ['no units', () => dense(0), /units is 0/],
    ['units that are no number', () => dense('ten' as unknown as number), /units is "ten"/],
    ['a kernel of three numbers', () => maxPool2d([1, 2, 3] as unknown as [number, number]), /kernel is \[1,2,3\]/],
    ['a fractional stride', () => conv2d({ channels: 1, kernel: 3, stride: 1.5 }), /stride is 1.5/],
    ['negative padding', () => conv2d({ channels: 1, kernel: 3, padding: -1 }), /padding is -1/],
    ['a padding of an unknown name', () => conv2d({ channels: 1, kernel: 3, padding: 'full' as 'same' }), /"full"/],
    ['channels that groups do not divide', () => conv2d({ channels: 3, kernel: 3, groups: 2 }), /3 is no multiple.* 2/],
    ['pooling padding as large as the window', () => maxPool2d({ kernel: 2, padding: 2 }), /padding 2 is not below/],
    ['a rate of 1', () => dropout(1), /rate is 1/],
    ['a rate that is NaN', () => dropout(Number.NaN), /rate is NaN/],
    ['a bias that is no boolean', () => dense(3, { bias: 0 as unknown as boolean }), /bias is 0/],
    ['an unknown initializer', () => dense(3, { weightInitializer: { initializer: 'zero' } }), /Did you mean "zeros"/],
    ['a builder that was not called', () => sequential(relu as unknown as Layer), /Call the builder/],
    ['nothing in a sequence', () => sequential(), /layers is \[\]/],
  ])('refuses %s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});

describe('same padding', () => {
  it('gives ⌈size / stride⌉ outputs for random sizes, kernels, strides and dilations', () => {
    const number = (max: number) => fc.integer({ min: 1, max });
    fc.assert(
      fc.property(
        fc.tuple(number(12), number(12)),
        fc.tuple(number(4), number(4)),
        fc.tuple(number(4), number(4)),
        fc.tuple(number(3), number(3)),
        ([height, width], kernel, stride, dilation) => {
          const builder = new GraphBuilder();
          const x = builder.input('x', { shape: [1, 1, height, width], dtype: 'float32' });
          const layer = conv2d({ channels: 1, kernel, stride, dilation, padding: 'same' });
          const { output } = traceForward(layer, x, {
            training: false,
            parameter: ({ name, shape }) => builder.input(name, { shape, dtype: 'float32' }),
          });
          expect(output.shape).toEqual([1, 1, Math.ceil(height / stride[0]), Math.ceil(width / stride[1])]);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe('dropout', () => {
  const shape = [2, 3, 4];
  const x = Float64Array.from({ length: size(shape) }, (_, i) => i - 7.5);

  it('divides what the mask keeps by 1 − rate and zeroes the rest, forward and backward, exactly', () => {
    const builder = new GraphBuilder();
    const input = builder.input('x', { shape, dtype: 'float32' });
    const { output, masks } = traceForward(dropout(0.75), input, { training: true, parameter: () => input });
    expect(masks).toEqual([{ name: 'dropout1/keep', shape, keepProbability: 0.25 }]);
    const [gradient] = gradients(sum(output), [input]);
    const keep = x.map((_, i) => (i % 3 === 0 ? 1 : 0));
    const graph = builder.finish(new Map([...Object.entries({ output, gradient: gradient! })]));
    expect(graph.nodes[graph.inputs.find(({ name }) => name === 'dropout1/keep')!.id]!.dtype).toBe('uint8');
    const results = evaluate(graph, new Map(Object.entries({ x, 'dropout1/keep': keep })));
    expect(results.get('output')).toEqual(x.map((value, i) => (keep[i] === 1 ? value * 4 : 0 * value)));
    expect(results.get('gradient')).toEqual(keep.map((bit) => bit * 4));
  });

  it('is the identity, and asks for no mask, outside of training and at rate 0', () => {
    for (const [rate, training] of [
      [0.5, false],
      [0, true],
    ] as const) {
      const input = new GraphBuilder().input('x', { shape, dtype: 'float32' });
      const { output, masks } = traceForward(dropout(rate), input, { training, parameter: () => input });
      expect(output.id).toBe(input.id);
      expect(masks).toEqual([]);
    }
  });
});
