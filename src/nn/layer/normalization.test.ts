import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  applyLayer,
  type LayerCase as Case,
  ownName,
  readLayerCases,
  runOnEngine,
  type Values,
} from '../../../test/fixtures/nn/layer-cases.ts';
import { hessianVector } from '../../autodiff/grad.ts';
import { gradients } from '../../autodiff/gradients.ts';
import { key, RandomStream } from '../../base/random.ts';
import { type Shape, size } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { mul, square } from '../../graph/elementwise.ts';
import { dot } from '../../graph/linear.ts';
import { sum } from '../../graph/reduction.ts';
import { simplify } from '../../graph/simplify.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Engine } from '../../runtime/engine.ts';
import { cpuEngine } from '../../runtime/ort.node.ts';
import { evaluate } from '../../runtime/reference.ts';
import { describe as describeModel } from '../describe.ts';
import { traceForward } from '../forward.ts';
import type { Layer } from '../layer.ts';
import { convTranspose2d } from './conv-transpose2d.ts';
import { conv2d } from './conv2d.ts';
import { groupNorm } from './group-norm.ts';
import { instanceNorm } from './instance-norm.ts';
import { localResponseNorm } from './local-response-norm.ts';
import { maxout } from './maxout.ts';
import { rmsNorm } from './rms-norm.ts';
import { sequential } from './sequential.ts';
import { spatialDropout } from './spatial-dropout.ts';
import { readLayer } from './table.ts';

const cases = readLayerCases('normalization');

/** Output, and the gradients of sum(cotangent · output), as a graph with the arrays for its inputs. */
function program({ layer, input, parameters, cotangent }: Case) {
  const builder = new GraphBuilder();
  const fed = new Map<string, Float64Array>();
  const feed = (name: string, { shape, values }: Values): Tensor => {
    fed.set(name, Float64Array.from(values));
    return builder.input(name, { shape, dtype: 'float32' });
  };
  const x = feed('input', input);
  const tensors = new Map([['input', x]]);
  const { output } = traceForward(readLayer(layer), x, {
    training: true,
    parameter: ({ name }) => {
      const tensor = feed(name, parameters[ownName(name)]!);
      tensors.set(ownName(name), tensor);
      return tensor;
    },
  });
  const outputs = new Map([['output', output]]);
  gradients(sum(mul(output, feed('cotangent', cotangent))), [...tensors.values()]).forEach((gradient, i) => {
    outputs.set(`gradient of ${[...tensors.keys()][i]}`, gradient);
  });
  return { graph: simplify(builder.finish(outputs)), fed };
}

/** Largest difference, relative where the expected number is above 1 in size. */
function distance(found: ArrayLike<number> | undefined, expected: readonly number[]): number {
  expect(found?.length).toBe(expected.length);
  return expected.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(found![i]! - value) / Math.max(1, Math.abs(value))),
    0,
  );
}

const wantedOf = (each: Case): [string, Values][] => [
  ['output', each.output],
  ...Object.entries(each.gradients).map(([name, values]): [string, Values] => [`gradient of ${name}`, values]),
];

describe('values and gradients of PyTorch', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await cpuEngine();
  });
  afterAll(() => engine.release());

  it.each(cases.map((each) => [each.name, each] as const))('%s: in float64 within 1e-11', (_, each) => {
    const { graph, fed } = program(each);
    const results = evaluate(graph, fed);
    expect(graph.nodes[graph.outputs[0]!.id]!.shape).toEqual(each.output.shape);
    expect([...results.keys()]).toEqual(wantedOf(each).map(([name]) => name));
    for (const [name, { values }] of wantedOf(each)) {
      expect(distance(results.get(name), values), name).toBeLessThan(1e-11);
    }
  });

  it.each(cases.map((each) => [each.name, each] as const))('%s: on the CPU engine within 2e-5', async (_, each) => {
    const { graph, fed } = program(each);
    const arrays = await runOnEngine(engine, graph, fed);
    for (const [name, { values }] of wantedOf(each)) {
      expect(distance(arrays.get(name), values), name).toBeLessThan(2e-5);
    }
  });
});

describe('second derivatives', () => {
  const layers: readonly (readonly [string, Layer, Shape])[] = [
    ['local response normalization', localResponseNorm({ size: 3, alpha: 0.7, bias: 1 }), [2, 4, 2, 2]],
    [
      'local response normalization, even window',
      localResponseNorm({ size: 4, alpha: 2, beta: 0.5, alphaOf: 'mean', evenWindow: 'after' }),
      [1, 5, 3],
    ],
    ['group normalization', groupNorm({ groups: 2 }), [2, 4, 2, 3]],
    ['instance normalization', instanceNorm(), [2, 2, 3, 2]],
    ['root mean square normalization', rmsNorm(), [2, 3, 4]],
    ['maxout', maxout(3), [2, 6]],
    [
      'transposed convolution',
      convTranspose2d({ channels: 4, kernel: 3, stride: 2, padding: [1, 0, 0, 1], outputPadding: 1, groups: 2 }),
      [1, 2, 3, 2],
    ],
    [
      'depthwise convolution',
      conv2d({ channels: 2, kernel: 3, stride: 2, dilation: 2, padding: 2, groups: 2 }),
      [1, 2, 5, 4],
    ],
  ];

  it.each(layers)(
    '%s: Hessian times vector agrees with central differences of the gradient within 1e-6',
    (_, layer, shape) => {
      const builder = new GraphBuilder();
      const stream = new RandomStream(key(5));
      const fed = new Map<string, Float64Array>();
      const feed = (name: string, wanted: Shape) => {
        fed.set(
          name,
          Float64Array.from({ length: size(wanted) }, () => stream.normal()),
        );
        return builder.input(name, { shape: wanted, dtype: 'float32' });
      };
      const tensors = new Map<string, Tensor>([['x', feed('x', shape)]]);
      const trace = (of: ReadonlyMap<string, Tensor>) =>
        traceForward(layer, of.get('x')!, { training: true, parameter: ({ name }) => of.get(name)! }).output;
      const specs = describeModel(layer, { shape, dtype: 'float32' }).parameters;
      for (const { name, shape: wanted } of specs) tensors.set(name, feed(name, wanted));
      const weights = feed('weights', trace(tensors).shape);
      const outputs = new Map<string, Tensor>();
      for (const [name, tensor] of tensors) {
        const value = (at: Tensor) => sum(mul(weights, square(trace(new Map(tensors).set(name, at)))));
        const vector = feed(`vector ${name}`, tensor.shape);
        outputs.set(`product ${name}`, dot(hessianVector(value)(tensor, vector), vector));
        outputs.set(`slope ${name}`, dot(gradients(value(tensor), [tensor])[0]!, vector));
      }
      const graph = builder.finish(outputs);
      const at = evaluate(graph, fed);
      for (const name of tensors.keys()) {
        const slope = (step: number) => {
          const along = fed.get(`vector ${name}`)!;
          const moved = fed.get(name)!.map((value, i) => value + step * along[i]!);
          return evaluate(graph, new Map(fed).set(name, moved)).get(`slope ${name}`)![0]!;
        };
        const step = 1e-5;
        const difference = (slope(step) - slope(-step)) / (2 * step);
        const product = at.get(`product ${name}`)![0]!;
        expect(Math.abs(product - difference), name).toBeLessThan(1e-6 * (1 + Math.abs(product)));
        expect(Math.abs(product), name).toBeGreaterThan(1e-3);
      }
    },
  );
});

describe('the scale of the signal', () => {
  it('a group of equal values is normalised to the shift', () => {
    const y = applyLayer(groupNorm({ groups: 1 }), [1, 2, 1, 2], [3, 3, 3, 3], { scale: [5, 7], shift: [1, -2] });
    expect([...y]).toEqual([1, 1, -2, -2]);
  });

  it('groupNorm, instanceNorm and rmsNorm do not see it: ten times the input is the same output within 1e-6', () => {
    const stream = new RandomStream(key(4));
    const x = Float64Array.from({ length: 24 }, () => 3 + stream.normal());
    const ten = x.map((value) => 10 * value);
    const plain = { scale: false, epsilon: 1e-9 };
    for (const layer of [
      groupNorm({ groups: 2, shift: false, ...plain }),
      instanceNorm({ shift: false, ...plain }),
      rmsNorm({ axes: [1, 2, 3], ...plain }),
    ]) {
      expect(distance(applyLayer(layer, [1, 4, 3, 2], ten), [...applyLayer(layer, [1, 4, 3, 2], x)])).toBeLessThan(
        1e-6,
      );
    }
  });
});

describe('refusals name the layer and the number', () => {
  const on = (layer: Layer, shape: Shape) => describeModel(sequential(layer), { shape, dtype: 'float32' });
  const transposed = { channels: 2, kernel: 3 } as const;

  it.each<[string, () => unknown, RegExp]>([
    ['groups that do not divide', () => on(groupNorm({ groups: 4 }), [2, 6, 2, 2]), /norm1: 6 channels.* 4 groups/],
    ['one value in a group', () => on(groupNorm({ groups: 3 }), [2, 3]), /norm1: its input \[2, 3\] has one value/],
    ['instances without pixels', () => on(instanceNorm(), [2, 3]), /norm1: its input has shape \[2, 3\]/],
    ['instances of one pixel', () => on(instanceNorm(), [2, 3, 1, 1]), /one value for each of 3 groups/],
    ['the axis of the batch', () => on(rmsNorm({ axes: [0] }), [2, 3]), /norm1: axes \[0\]/],
    ['no axis', () => rmsNorm({ axes: [] }), /axes is \[\]/],
    ['an axis twice', () => on(rmsNorm({ axes: [1, -1] }), [2, 3]), /norm1: axes \[1, -1\]/],
    ['no groups', () => groupNorm({} as never), /groups is missing/],
    ['ε of 0', () => rmsNorm({ epsilon: 0 }), /epsilon is 0/],
    ['a bias of 0', () => localResponseNorm({ bias: 0 }), /bias is 0/],
    ['a fractional window', () => localResponseNorm({ size: 2.5 }), /size is 2.5/],
    ['a radius', () => localResponseNorm({ radius: 2 } as never), /unknown option "radius"/],
    ['α of something else', () => localResponseNorm({ alphaOf: 'window' as never }), /alphaOf is "window"/],
    ['a vector without channels', () => on(localResponseNorm(), [3]), /norm1: its input has shape \[3\]/],
    ['pieces that do not divide', () => on(maxout(4), [2, 6]), /maxout1: 6 units.* 4 pieces/],
    ['maxout over the batch', () => on(maxout(2, { axis: 0 }), [2, 6]), /maxout1: axis 0/],
    ['dropped channels of units', () => on(spatialDropout(0.5), [2, 6]), /dropout1: its input has shape \[2, 6\]/],
    ['a rate of 1', () => spatialDropout(1), /rate is 1/],
    ['rows', () => on(convTranspose2d(transposed), [2, 6]), /convTranspose1: its input has shape \[2, 6\]/],
    [
      'inputs that groups do not divide',
      () => on(convTranspose2d({ ...transposed, groups: 2 }), [1, 3, 4, 4]),
      /convTranspose1: 3 input channels.* 2 groups/,
    ],
    ['outputs that groups do not divide', () => convTranspose2d({ ...transposed, groups: 3 }), /channels 2.* 3/],
    [
      'output padding as large as the stride',
      () => convTranspose2d({ ...transposed, stride: 2, outputPadding: [0, 2] }),
      /outputPadding is \[0, 2\], and stride is \[2, 2\]/,
    ],
    [
      'output padding beside same',
      () => convTranspose2d({ ...transposed, stride: 2, padding: 'same', outputPadding: 1 }),
      /outputPadding is \[1, 1\], and padding is "same"/,
    ],
    [
      'padding that leaves nothing',
      () => on(convTranspose2d({ ...transposed, padding: 2 }), [1, 2, 1, 3]),
      /convTranspose1: its output would be -1 × 1/,
    ],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});
