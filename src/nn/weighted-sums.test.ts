import { describe, expect, it } from 'vitest';
import type { Shape } from '../base/shape.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { add, mul, tanh } from '../graph/elementwise.ts';
import { matmul } from '../graph/linear.ts';
import type { Tensor } from '../graph/tensor.ts';
import { type Model, traceForward } from './forward.ts';
import { normal } from './init/normal.ts';
import { convTranspose2d } from './layer/conv-transpose2d.ts';
import { conv2d } from './layer/conv2d.ts';
import { dense } from './layer/dense.ts';
import { dropout } from './layer/dropout.ts';
import { flatten } from './layer/flatten.ts';
import { maxPool2d } from './layer/max-pool2d.ts';
import { named } from './layer/named.ts';
import { relu } from './layer/relu.ts';
import { sequential } from './layer/sequential.ts';
import { softmax } from './layer/softmax.ts';
import { weightedSums } from './weighted-sums.ts';

function sums(model: Model, shape: Shape) {
  const builder = new GraphBuilder();
  const tensors = new Map<string, Tensor>();
  const { output } = traceForward(model, builder.input('input', { shape, dtype: 'float32' }), {
    training: true,
    parameter: (spec) => {
      const tensor = builder.input(spec.name, { shape: spec.shape, dtype: 'float32' });
      tensors.set(spec.name, tensor);
      return tensor;
    },
  });
  return weightedSums(tensors, output).map(({ output, ...rest }) => ({ ...rest, output: output.shape }));
}

describe('of layers', () => {
  it('convolutions and dense layers, with their biases and outputs, in order; the last is marked', () => {
    const model = sequential(
      ...[conv2d({ channels: 4, kernel: 3 }), relu(), maxPool2d(2)],
      ...[conv2d({ channels: 6, kernel: 3, groups: 2, bias: false }), relu(), dropout(0.5), flatten()],
      ...[dense(5), relu(), named('head', dense(3)), softmax()],
    );
    const conv = { axis: 0, outputAxis: 1, last: false };
    const rows = { axis: 1, outputAxis: 1 };
    expect(sums(model, [2, 1, 12, 12])).toEqual([
      { weight: 'conv1/weight', bias: 'conv1/bias', units: 4, output: [2, 4, 10, 10], ...conv },
      { weight: 'conv2/weight', units: 6, output: [2, 6, 3, 3], ...conv },
      { weight: 'dense1/weight', bias: 'dense1/bias', units: 5, output: [2, 5], last: false, ...rows },
      { weight: 'head/weight', bias: 'head/bias', units: 3, output: [2, 3], last: true, ...rows },
    ]);
  });

  it('transposed convolutions have their units on axis 1; those of groups are passed over', () => {
    const model = sequential(
      ...[convTranspose2d({ channels: 4, kernel: [3, 2], stride: 2 }), relu()],
      ...[convTranspose2d({ channels: 2, kernel: 2, groups: 2 }), relu(), conv2d({ channels: 1, kernel: 1 })],
    );
    expect(sums(model, [2, 3, 5, 5])).toEqual([
      {
        ...{ weight: 'convTranspose1/weight', bias: 'convTranspose1/bias', axis: 1, run: 6, units: 4 },
        ...{ output: [2, 4, 11, 10], outputAxis: 1, last: false },
      },
      {
        ...{ weight: 'conv1/weight', bias: 'conv1/bias', axis: 0, units: 1 },
        ...{ output: [2, 1, 12, 11], outputAxis: 1, last: true },
      },
    ]);
  });

  it('of sequences, with the sums as rows of [batch · time, units]', () => {
    expect(sums(dense(4), [2, 3, 5])).toEqual([
      { weight: 'dense1/weight', bias: 'dense1/bias', axis: 1, units: 4, output: [6, 4], outputAxis: 1, last: true },
    ]);
  });
});

describe('of models that are functions', () => {
  it('a branch around a layer makes the layer before it a last one too', () => {
    const model: Model = (scope, x) => {
      const first = scope.apply(dense(4), x);
      return add(first, scope.apply(dense(4), tanh(first)));
    };
    expect(sums(model, [2, 3]).map(({ weight, last }) => [weight, last])).toEqual([
      ['dense1/weight', true],
      ['dense2/weight', true],
    ]);
  });

  it('a bias that is added to rows in another form is found; a weight that is used twice counts once', () => {
    const model: Model = (scope, x) => {
      const bias = scope.parameter('b', [5], normal());
      const twice = scope.parameter('twice', [5, 5], normal());
      const first = add(matmul(x, scope.parameter('once', [7, 5], normal())), bias);
      return mul(matmul(tanh(matmul(first, twice)), twice), scope.parameter('scale', [5], normal()));
    };
    expect(sums(model, [2, 4, 7]).map(({ axis, last, ...rest }) => rest)).toEqual([
      { weight: 'once', bias: 'b', units: 5, output: [2, 4, 5], outputAxis: 2 },
      { weight: 'twice', units: 5, output: [8, 5], outputAxis: 1 },
    ]);
  });

  it('a weight on the left has its units in rows', () => {
    const model: Model = (scope, x) => matmul(scope.parameter('w', [6, 2], normal()), x);
    expect(sums(model, [2, 3])).toEqual([
      { weight: 'w', axis: 0, units: 6, output: [6, 3], outputAxis: 0, last: true },
    ]);
  });

  it('what only scales the signal is no weighted sum', () => {
    expect(sums((scope, x) => mul(x, scope.parameter('scale', [3], normal())), [2, 3])).toEqual([]);
  });
});
