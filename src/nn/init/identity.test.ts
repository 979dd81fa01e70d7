import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { key, RandomStream } from '../../base/random.ts';
import type { Shape } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { evaluate } from '../../runtime/reference.ts';
import { traceForward } from '../forward.ts';
import { conv2d } from '../layer/conv2d.ts';
import { dense } from '../layer/dense.ts';
import type { Layer } from '../layer.ts';
import { initialValue } from '../parameter.ts';
import { identity } from './identity.ts';
import { draw } from './table.ts';

interface Fixture {
  readonly dirac: readonly { readonly shape: Shape; readonly groups: number; readonly values: readonly number[] }[];
  readonly eye: readonly { readonly shape: Shape; readonly values: readonly number[] }[];
}

const { dirac, eye }: Fixture = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/nn/init.json', import.meta.url), 'utf8'),
);
const stream = new RandomStream(key(1));

/** What a layer makes of `x`, from its own first values. */
function output(layer: Layer, shape: Shape, x: Float64Array): number[] {
  const builder = new GraphBuilder();
  const fed = new Map([['x', x]]);
  const { output } = traceForward(layer, builder.input('x', { shape, dtype: 'float32' }), {
    training: false,
    parameter: (spec) => {
      fed.set(spec.name, Float64Array.from(initialValue(spec, key(1))));
      return builder.input(spec.name, { shape: spec.shape, dtype: 'float32' });
    },
  });
  return Array.from(evaluate(builder.finish(new Map([['y', output]])), fed).get('y')!);
}

const numbers = (count: number) => Float64Array.from({ length: count }, () => stream.normal());
const weightInitializer = identity();

describe('equal to PyTorch', () => {
  it.each(dirac.map((each) => [each.shape.join(' × '), each.groups, each] as const))(
    'dirac_ of %s with %i groups',
    (_, __, { shape, groups, values }) => {
      const area = shape[2]! * shape[3]!;
      const fan = { fanIn: shape[1]! * area, fanOut: (shape[0]! / groups) * area };
      expect(Array.from(draw(identity(), shape, fan, stream))).toEqual(values);
      expect(Array.from(draw(identity({ gain: -2 }), shape, fan, stream))).toEqual(values.map((v) => (v ? -2 : 0)));
    },
  );

  it.each(eye.map((each) => [each.shape.join(' × '), each] as const))('eye_ of %s', (_, { shape, values }) => {
    const fan = { fanIn: shape[0]!, fanOut: shape[1]! };
    expect(Array.from(draw(identity(), shape, fan, stream))).toEqual(values);
  });
});

describe('layers that pass their input on', () => {
  const image: Shape = [2, 6, 5, 7];
  it.each<[string, Layer, Shape]>([
    ['dense', dense(9, { weightInitializer }), [4, 9]],
    ['conv2d 3 × 3', conv2d({ channels: 6, kernel: 3, padding: 'same', weightInitializer }), image],
    ['conv2d 2 × 4', conv2d({ channels: 6, kernel: [2, 4], padding: 'same', weightInitializer }), image],
    ['dilated', conv2d({ channels: 6, kernel: 3, dilation: 2, padding: 'same', weightInitializer }), image],
    ['in 3 groups', conv2d({ channels: 6, kernel: 3, groups: 3, padding: 'same', weightInitializer }), image],
    ['depthwise', conv2d({ channels: 6, kernel: 5, groups: 6, padding: 'same', weightInitializer }), image],
  ])('%s', (_, layer, shape) => {
    const x = numbers(shape.reduce((product, dimension) => product * dimension, 1));
    expect(output(layer, shape, x)).toEqual(Array.from(x));
  });

  it('scaled by the gain, with what is left over dropped or 0', () => {
    const options = { weightInitializer: identity({ gain: 0.5 }) };
    expect(output(dense(2, options), [1, 3], Float64Array.of(1, 2, 3))).toEqual([0.5, 1]);
    expect(output(dense(4, options), [1, 3], Float64Array.of(1, 2, 3))).toEqual([0.5, 1, 1.5, 0]);
  });
});

it('refuses biases and unknown options', () => {
  expect(() => draw(identity(), [5], { fanIn: 1, fanOut: 1 }, stream)).toThrow(/identity fills weights/);
  expect(() => identity({ scale: 2 } as object)).toThrow(/unknown option "scale"/);
});
