import { describe, expect, it } from 'vitest';
import type { Dtype } from '../base/dtype.ts';
import { ShapeError } from '../base/errors.ts';
import type { Shape } from '../base/shape.ts';
import { GraphBuilder } from '../graph/builder.ts';
import { add, tanh as hyperbolicTangent, mul } from '../graph/elementwise.ts';
import type { Tensor } from '../graph/tensor.ts';
import { evaluate } from '../runtime/reference.ts';
import { type Model, traceForward } from './forward.ts';
import { constant } from './init/constant.ts';
import { heNormal } from './init/variance-scaling.ts';
import { conv2d } from './layer/conv2d.ts';
import { dense } from './layer/dense.ts';
import { dropout } from './layer/dropout.ts';
import { flatten } from './layer/flatten.ts';
import { maxPool2d } from './layer/max-pool2d.ts';
import { named } from './layer/named.ts';
import { relu } from './layer/relu.ts';
import { reshapeExamples } from './layer/reshape-examples.ts';
import { sequential } from './layer/sequential.ts';
import { softmax } from './layer/softmax.ts';

function forward(model: Model, shape: Shape, training = true, dtype: Dtype = 'float32') {
  const builder = new GraphBuilder();
  const x = builder.input('input', { shape, dtype });
  const result = traceForward(model, x, {
    training,
    parameter: (declared) => builder.input(declared.name, { shape: declared.shape, dtype: 'float32' }),
  });
  return { builder, ...result };
}

const names = (model: Model, shape: Shape, training = true) =>
  forward(model, shape, training).parameters.map(({ name }) => name);

const network = sequential(
  sequential(conv2d({ channels: 4, kernel: 3 }), relu(), maxPool2d(2)),
  sequential(conv2d({ channels: 8, kernel: 3, bias: false }), relu(), dropout(0.2)),
  flatten(),
  dense(10),
);

describe('names', () => {
  it('are numbered by kind, and nested sequences add no level', () => {
    expect(names(network, [2, 1, 12, 12])).toEqual([
      'conv1/weight',
      'conv1/bias',
      'conv2/weight',
      'dense1/weight',
      'dense1/bias',
    ]);
  });

  it('a named sequence adds a level with numbers of its own', () => {
    const branch = () => sequential(dense(3, { bias: false }), dense(3, { bias: false }));
    expect(
      names(sequential(named('encoder', branch()), named('decoder', branch()), named('head', dense(1))), [2, 3]),
    ).toEqual([
      ...['encoder/dense1/weight', 'encoder/dense2/weight', 'decoder/dense1/weight', 'decoder/dense2/weight'],
      ...['head/weight', 'head/bias'],
    ]);
  });

  it('the same parameters are declared in training and out of it', () => {
    expect(forward(network, [2, 1, 12, 12], false).parameters).toEqual(
      forward(network, [2, 1, 12, 12], true).parameters,
    );
    expect(forward(network, [2, 1, 12, 12], false).masks).toEqual([]);
    expect(forward(network, [2, 1, 12, 12], true).masks.map(({ name }) => name)).toEqual(['dropout1/keep']);
  });

  it('a number that a named layer took is skipped, and a name given twice is refused', () => {
    const bare = { bias: false } as const;
    expect(names(sequential(named('dense1', dense(2, bare)), dense(2, bare)), [1, 2])).toEqual([
      'dense1/weight',
      'dense2/weight',
    ]);
    const twice = sequential(named('head', dense(2)), named('head', dense(2)));
    expect(() => forward(twice, [1, 2])).toThrow(/the name "head" is given twice/);
  });

  it('stand as scopes on the nodes that a layer makes', () => {
    const { builder, output } = forward(sequential(named('body', sequential(dense(3))), softmax()), [2, 4]);
    const { nodes } = builder.finish(new Map([['output', output]]));
    expect(nodes.find(({ op }) => op.kind === 'matmul')?.scope).toBe('body/dense1');
    expect(nodes.find(({ op }) => op.kind === 'softmax')?.scope).toBe('softmax1');
  });
});

describe('parameters', () => {
  it('carry shape, count, initializer and fan; groups divide both fans of a convolution', () => {
    const { parameters } = forward(conv2d({ channels: 12, kernel: [3, 5], groups: 4 }), [1, 8, 9, 9]);
    const fan = { fanIn: 2 * 15, fanOut: 3 * 15 };
    expect(parameters).toEqual([
      { name: 'conv1/weight', shape: [12, 2, 3, 5], count: 360, initializer: heNormal(), fan },
      { name: 'conv1/bias', shape: [12], count: 12, initializer: { initializer: 'zeros' } },
    ]);
    const fanOfBias = forward(dense(7, { biasInitializer: heNormal() }), [1, 5]).parameters[1];
    expect(fanOfBias?.fan).toEqual({ fanIn: 5, fanOut: 7 });
  });

  it('a tensor of another shape is refused with the name of the parameter', () => {
    const x = new GraphBuilder().input('x', { shape: [2, 3], dtype: 'float32' });
    const run = () => traceForward(dense(4), x, { training: false, parameter: () => x });
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(/dense1\/weight: the model declares float32\[3, 4\], and the tensor for it is float32\[2, 3\]/);
    const missing = { training: false, parameter: () => undefined as unknown as Tensor };
    expect(() => traceForward(dense(4), x, missing)).toThrow(/is missing/);
  });
});

describe('a model written as a function', () => {
  const residual: Model = (scope, x) => {
    const scale = scope.parameter('scale', [3], constant(2));
    const inner = scope.apply(dense(3, { bias: false }), x);
    return add(mul(scale, x), hyperbolicTangent(scope.apply(dense(3, { bias: false }), inner, 'out')));
  };

  it('names parameters as a sequence does, and its own at the root', () => {
    expect(names(residual, [2, 3])).toEqual(['scale', 'dense1/weight', 'out/weight']);
  });

  it('computes what it says, within 1e-15', () => {
    const { builder, output } = forward(residual, [1, 3]);
    const identity = Float64Array.of(1, 0, 0, 0, 1, 0, 0, 0, 1);
    const fed = {
      ...{ input: Float64Array.of(0.5, -1, 2), scale: Float64Array.of(2, 3, 4) },
      ...{ 'dense1/weight': identity, 'out/weight': identity.map((value) => 2 * value) },
    };
    const found = evaluate(builder.finish(new Map([['y', output]])), new Map(Object.entries(fed))).get('y')!;
    const expected = [1 + Math.tanh(1), -3 + Math.tanh(-2), 8 + Math.tanh(4)];
    expected.forEach((value, i) => {
      expect(Math.abs(found[i]! - value)).toBeLessThan(2e-15);
    });
  });

  it('must return a tensor, and state the fan where the initializer scales by it', () => {
    expect(() => forward((() => undefined) as unknown as Model, [1, 3])).toThrow(/must return its output tensor/);
    const careless: Model = (scope) => scope.parameter('w', [3, 3], heNormal());
    expect(() => forward(careless, [1, 3])).toThrow(/varianceScaling scales by the fan, and none is given.*\(w\)/);
  });
});

describe('errors name the layer', () => {
  it.each<[string, Model, Shape, RegExp]>([
    ['dense on images', sequential(dense(3), dense(4)), [2, 1, 8, 8], /^dense1: its input has shape.*flatten\(\)/],
    [
      'an image that is too small',
      named('low', conv2d({ channels: 1, kernel: 5 })),
      [1, 1, 4, 9],
      /^low: .*5 × 5.*4 × 9/,
    ],
    ['pooling down to nothing', sequential(maxPool2d(2), maxPool2d(2)), [1, 1, 2, 2], /^maxPool2: /],
    ['rows to a convolution', sequential(conv2d({ channels: 1, kernel: 1 })), [2, 9], /^conv1: .*\[2, 9\]/],
    ['channels and groups', conv2d({ channels: 2, kernel: 1, groups: 2 }), [1, 3, 2, 2], /^conv1: 3 input channels/],
    ['elements that do not fill a shape', reshapeExamples([2, 2]), [1, 5], /^reshape1: .*\[5\].*\[2, 2\]/],
    ['an axis out of range', sequential(relu(), softmax({ axis: 2 })), [1, 5], /^softmax1: axis 2/],
  ])('%s', (_, model, shape, message) => {
    expect(() => forward(model, shape)).toThrow(ShapeError);
    expect(() => forward(model, shape)).toThrow(message);
  });

  it('what the operators refuse names the layer too: bytes to a dense layer', () => {
    expect(() => forward(named('head', dense(2)), [1, 3], true, 'uint8')).toThrow(/layer "head"/);
  });
});
