import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
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
import type { Graph } from '../../graph/graph.ts';
import { dot } from '../../graph/linear.ts';
import type { OpKind } from '../../graph/op.ts';
import { sum } from '../../graph/reduction.ts';
import { simplify } from '../../graph/simplify.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { lower } from '../../onnx/lower.ts';
import type { Engine } from '../../runtime/engine.ts';
import { cpuEngine } from '../../runtime/ort.node.ts';
import { evaluate } from '../../runtime/reference.ts';
import { describe as describeModel } from '../describe.ts';
import { type ModelFunction, traceForward } from '../forward.ts';
import type { Layer } from '../layer.ts';
import { initialValues } from '../parameter.ts';
import { dense } from './dense.ts';
import { embedding } from './embedding.ts';
import { gru } from './gru.ts';
import { layerNorm } from './layer-norm.ts';
import { lstm } from './lstm.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { positionEmbedding } from './position-embedding.ts';
import { sequential } from './sequential.ts';
import { simpleRnn } from './simple-rnn.ts';
import { readLayer } from './table.ts';

const cases = readLayerCases('sequence');

/** Output, and the gradients of sum(cotangent · output), as a graph with the arrays for its inputs. */
function program({ layer: description, input, parameters, cotangent, gradients: wanted }: Case) {
  const layer = readLayer(description);
  const builder = new GraphBuilder();
  const fed = new Map<string, Float64Array>();
  const feed = (name: string, { shape, values }: Values, dtype: 'float32' | 'int32' = 'float32'): Tensor => {
    fed.set(name, Float64Array.from(values));
    return builder.input(name, { shape, dtype });
  };
  const x = feed('input', input, layer.layer === 'embedding' ? 'int32' : 'float32');
  const tensors = new Map([['input', x]]);
  const { output } = traceForward(layer, x, {
    training: true,
    parameter: ({ name }) => {
      const tensor = feed(name, parameters[ownName(name)]!);
      tensors.set(ownName(name), tensor);
      return tensor;
    },
  });
  const outputs = new Map([['output', output]]);
  const names = Object.keys(wanted);
  const total = sum(mul(output, feed('cotangent', cotangent)));
  gradients(
    total,
    names.map((name) => tensors.get(name)!),
  ).forEach((gradient, i) => {
    outputs.set(`gradient of ${names[i]}`, gradient);
  });
  return { graph: simplify(builder.finish(outputs)), fed, parameters: [...tensors.keys()].slice(1) };
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

  it.each(cases.map((each) => [each.name, each] as const))('%s: in float64 within 1e-10', (_, each) => {
    const { graph, fed, parameters } = program(each);
    const results = evaluate(graph, fed);
    expect(graph.nodes[graph.outputs[0]!.id]!.shape).toEqual(each.output.shape);
    expect(parameters).toEqual(Object.keys(each.parameters));
    for (const [name, { values }] of wantedOf(each)) {
      expect(distance(results.get(name), values), name).toBeLessThan(1e-10);
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
    ['lstm', lstm({ units: 3 }), [2, 4, 2]],
    ['gru', gru({ units: 3 }), [2, 4, 2]],
    ['gru of Cho et al.', gru({ units: 2, reset: 'before', returnSequence: false }), [2, 3, 2]],
    ['simple recurrence', simpleRnn({ units: 3 }), [2, 3, 2]],
    ['causal attention', multiHeadAttention({ heads: 2, causal: true }), [2, 3, 4]],
    ['layer normalization', layerNorm(), [2, 3, 4]],
  ];

  it.each(layers)(
    '%s: Hessian times vector agrees with central differences of the gradient within 1e-6',
    (_, layer, shape) => {
      const builder = new GraphBuilder();
      const stream = new RandomStream(key(5));
      const normal = (count: number) => Float64Array.from({ length: count }, () => 0.5 * stream.normal());
      const fed = new Map<string, Float64Array>();
      const feed = (name: string, wanted: Shape) => {
        fed.set(name, normal(size(wanted)));
        return builder.input(name, { shape: wanted, dtype: 'float32' });
      };
      const x = feed('x', shape);
      const tensors = new Map<string, Tensor>([['x', x]]);
      const trace = (of: ReadonlyMap<string, Tensor>) =>
        traceForward(layer, of.get('x')!, { training: true, parameter: ({ name }) => of.get(name)! }).output;
      const specs = describeModel(layer, { shape, dtype: 'float32' }).parameters;
      for (const { name, shape: wanted } of specs) tensors.set(name, feed(name, wanted));
      const weights = feed('weights', trace(tensors).shape);
      const outputs = new Map<string, Tensor>();
      const vectors = new Map<string, Tensor>();
      for (const [name, tensor] of tensors) {
        const value = (at: Tensor) => {
          const y = trace(new Map(tensors).set(name, at));
          return sum(mul(weights, square(y)));
        };
        const vector = feed(`vector ${name}`, tensor.shape);
        vectors.set(name, vector);
        outputs.set(`product ${name}`, dot(hessianVector(value)(tensor, vector), vector));
        outputs.set(`slope ${name}`, dot(gradients(value(tensor), [tensor])[0]!, vector));
      }
      const graph = builder.finish(outputs);
      const at = evaluate(graph, fed);
      for (const name of tensors.keys()) {
        const moved = (step: number) => {
          const along = fed.get(`vector ${name}`)!;
          const there = new Map(fed).set(
            name,
            fed.get(name)!.map((value, i) => value + step * along[i]!),
          );
          return evaluate(graph, there).get(`slope ${name}`)![0]!;
        };
        const step = 1e-4;
        const difference = (moved(step) - moved(-step)) / (2 * step);
        const product = at.get(`product ${name}`)![0]!;
        expect(Math.abs(product - difference), name).toBeLessThan(1e-6 * (1 + Math.abs(product)));
        expect(product, name).not.toBe(0);
      }
    },
  );
});

/** A training step of a layer as it is lowered: loss Σ y², gradients by all parameters. */
function trainingGraph(layer: Layer, shape: Shape): Graph {
  const builder = new GraphBuilder();
  const tensors: Tensor[] = [];
  const { output } = traceForward(layer, builder.input('x', { shape, dtype: 'float32' }), {
    training: true,
    parameter: ({ name, shape: wanted }) => {
      const tensor = builder.input(name, { shape: wanted, dtype: 'float32' });
      tensors.push(tensor);
      return tensor;
    },
  });
  const outputs = new Map(gradients(sum(square(output)), tensors).map((gradient, i) => [`gradient ${i}`, gradient]));
  return simplify(builder.finish(outputs));
}

describe('the unrolled graph', () => {
  it.each<[string, Layer, number]>([
    ['lstm', lstm({ units: 8 }), 31],
    ['gru', gru({ units: 8 }), 29],
    ['simple recurrence', simpleRnn({ units: 8 }), 8],
  ])('of %s grows by so many ONNX nodes a step, forward and backward, and never pads', (_, layer, most) => {
    const nodes = (steps: number) => lower(trainingGraph(layer, [4, steps, 5])).nodes;
    expect((nodes(12).length - nodes(6).length) / 6).toBeLessThanOrEqual(most);
    const types = nodes(12).map(({ type }) => type);
    expect(types).not.toContain('Pad');
    expect(types).not.toContain('Slice');
  });

  it('has one product for the inputs of all steps and one for the gradient of each weight', () => {
    const count = (steps: number, kind: OpKind) =>
      trainingGraph(lstm({ units: 8 }), [4, steps, 5]).nodes.filter(({ op }) => op.kind === kind).length;
    // The state before the first step is constant: no gradient goes there.
    expect(count(6, 'matmul')).toBe(6 + 5 + 3);
    expect(count(9, 'matmul')).toBe(9 + 8 + 3);
  });
});

describe('a carried state', () => {
  it.each<[string, (carryState: boolean) => Layer]>([
    ['lstm', (carryState) => lstm({ units: 3, carryState })],
    ['gru', (carryState) => gru({ units: 3, carryState })],
    ['simpleRnn', (carryState) => simpleRnn({ units: 3, carryState })],
  ])('of %s: two pieces read one after the other give what the whole gives, exactly', (_, build) => {
    const stream = new RandomStream(key(6));
    const numbers = (count: number) => Float64Array.from({ length: count }, () => stream.normal());
    const [batch, features] = [2, 3];
    const parameters = new Map(
      describeModel(build(false), { shape: [batch, 4, features], dtype: 'float32' }).parameters.map(
        ({ name, count }) => [name, numbers(count)],
      ),
    );
    const run = (layer: Layer, x: Float64Array, states: ReadonlyMap<string, Float64Array>) => {
      const builder = new GraphBuilder();
      const shape = [batch, x.length / batch / features, features];
      const forward = traceForward(layer, builder.input('x', { shape, dtype: 'float32' }), {
        training: true,
        parameter: ({ name, shape: wanted }) => builder.input(name, { shape: wanted, dtype: 'float32' }),
      });
      const outputs = new Map([['output', forward.output]]);
      for (const [name, next] of forward.updates) outputs.set(`next ${name}`, next);
      const fed = new Map([['x', x], ...parameters]);
      for (const { name, count, perExample } of forward.states) {
        expect(perExample).toBe(true);
        fed.set(name, states.get(`next ${name}`) ?? new Float64Array(count));
      }
      return evaluate(builder.finish(outputs), fed);
    };
    const pieces = [numbers(batch * 2 * features), numbers(batch * 2 * features)];
    const half = 2 * features;
    const whole = Float64Array.from({ length: 2 * batch * half }, (_unused, i) => {
      const [example, rest] = [Math.floor(i / (2 * half)), i % (2 * half)];
      return pieces[Math.floor(rest / half)]![example * half + (rest % half)]!;
    });
    const first = run(build(true), pieces[0]!, new Map());
    const second = run(build(true), pieces[1]!, first).get('output')!;
    const expected = run(build(false), whole, new Map()).get('output')!;
    for (let example = 0; example < batch; example++) {
      for (let i = 0; i < 6; i++) expect(second[example * 6 + i]).toBe(expected[example * 12 + 6 + i]);
    }
  });
});

describe('exposed states', () => {
  it.each<[string, string, readonly string[], (carryState: boolean) => Layer]>([
    ['lstm', 'lstm1', ['hidden', 'cell'], (carryState) => lstm({ units: 3, carryState, returnSequence: false })],
    ['gru', 'gru1', ['hidden'], (carryState) => gru({ units: 3, carryState, returnSequence: false })],
    ['simpleRnn', 'recurrent1', ['hidden'], (carryState) => simpleRnn({ units: 3, carryState, returnSequence: false })],
  ])(
    'of %s: the gradient by the state of a step is that by the state from which the steps after it start, within 1e-12',
    (_, label, names, build) => {
      const stream = new RandomStream(key(8));
      const numbers = (count: number) => Float64Array.from({ length: count }, () => stream.normal());
      const [steps, features, at] = [5, 2, 2];
      const x = numbers(steps * features);
      const parameters = new Map(
        describeModel(build(false), { shape: [1, steps, features], dtype: 'float32' }).parameters.map(
          ({ name, count }) => [name, numbers(count)],
        ),
      );
      const run = (layer: Layer, part: Float64Array, states?: ReadonlyMap<string, Float64Array>) => {
        const builder = new GraphBuilder();
        const input = builder.input('x', { shape: [1, part.length / features, features], dtype: 'float32' });
        const given = new Map<string, Tensor>();
        const forward = traceForward(layer, input, {
          training: true,
          parameter: ({ name, shape }) => builder.input(name, { shape, dtype: 'float32' }),
          state: ({ name, shape }) => {
            given.set(name, builder.input(name, { shape, dtype: 'float32' }));
            return given.get(name)!;
          },
        });
        const by = names.map((name) => given.get(`${label}/${name}`) ?? forward.exposed.get(`${label}/${name}`)![at]!);
        const outputs = new Map(names.map((name, i) => [`${label}/${name}`, by[i]!]));
        gradients(sum(square(forward.output)), by).forEach((gradient, i) => {
          outputs.set(`gradient of ${names[i]}`, gradient);
        });
        return evaluate(builder.finish(outputs), new Map([['x', part], ...parameters, ...(states ?? [])]));
      };
      const whole = run(build(false), x);
      const rest = run(
        build(true),
        x.subarray((at + 1) * features),
        new Map(names.map((name) => [`${label}/${name}`, whole.get(`${label}/${name}`)! as Float64Array])),
      );
      const gradientOf = (from: typeof whole, name: string) => Array.from(from.get(`gradient of ${name}`)!);
      const state = (name: string) => Array.from(whole.get(`${label}/${name}`)!);
      for (const name of names) {
        // The cell also acts through the output of its own step: h = o tanh(c), and o = h / tanh(c).
        const through = (i: number) => {
          if (name !== 'cell') return 0;
          const squashed = Math.tanh(state('cell')[i]!);
          return gradientOf(rest, 'hidden')[i]! * (state('hidden')[i]! / squashed) * (1 - squashed ** 2);
        };
        const expected = gradientOf(rest, name).map((value, i) => value + through(i));
        const found = gradientOf(whole, name);
        expect(Math.max(...found.map(Math.abs))).toBeGreaterThan(1e-3);
        expect(distance(found, expected)).toBeLessThan(1e-12);
      }
    },
  );

  it('exposed twice under one name are refused', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { shape: [1], dtype: 'float32' });
    const twice: ModelFunction = (scope, y) => {
      scope.expose('inner', [y]);
      scope.expose('inner', [y]);
      return y;
    };
    const options = { training: true, parameter: () => x };
    expect(() => traceForward(twice, x, options)).toThrow('"inner" is exposed twice');
  });
});

describe('starts', () => {
  const start = (layer: Layer) =>
    initialValues(describeModel(layer, { shape: [2, 3, 5], dtype: 'float32' }).parameters, key(3));

  it('the forget gate of an lstm starts open by 1, its other biases at 0', () => {
    expect(Array.from(start(lstm({ units: 2 })).get('lstm1/bias')!)).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(Array.from(start(lstm({ units: 1, forgetBias: 3 })).get('lstm1/bias')!)).toEqual([0, 3, 0, 0]);
  });

  it.each<[string, Layer, number]>([
    ['lstm1', lstm({ units: 6 }), 4],
    ['gru1', gru({ units: 6 }), 3],
    ['recurrent1', simpleRnn({ units: 6 }), 1],
  ])('the recurrent weight of each gate of %s is orthogonal within 1e-6', (name, layer, gates) => {
    const weight = start(layer).get(`${name}/recurrentWeight`)!;
    for (let gate = 0; gate < gates; gate++) {
      for (let i = 0; i < 6; i++) {
        for (let j = 0; j < 6; j++) {
          let product = 0;
          for (let k = 0; k < 6; k++) {
            product += weight[(k * gates + gate) * 6 + i]! * weight[(k * gates + gate) * 6 + j]!;
          }
          expect(Math.abs(product - (i === j ? 1 : 0))).toBeLessThan(1e-6);
        }
      }
    }
  });
});

describe('attention', () => {
  it('that is causal does not see what comes later: exactly the same output whatever follows', () => {
    const layer = multiHeadAttention({ heads: 2, causal: true });
    const builder = new GraphBuilder();
    const { output } = traceForward(layer, builder.input('x', { shape: [1, 4, 4], dtype: 'float32' }), {
      training: false,
      parameter: ({ name, shape }) => builder.input(name, { shape, dtype: 'float32' }),
    });
    const graph = builder.finish(new Map([['output', output]]));
    const stream = new RandomStream(key(8));
    const fed = new Map(
      graph.inputs.map(({ name, id }) => [
        name,
        Float64Array.from({ length: size(graph.nodes[id]!.shape) }, () => stream.normal()),
      ]),
    );
    const later = fed.get('x')!.map((value, i) => (i < 8 ? value : value + 3));
    const [before, after] = [fed, new Map(fed).set('x', later)].map((each) => evaluate(graph, each).get('output')!);
    expect(after!.subarray(0, 8)).toEqual(before!.subarray(0, 8));
    expect(after!.subarray(8)).not.toEqual(before!.subarray(8));
  });

  it('drops weights in training alone, dividing what is kept by 1 − rate', () => {
    const layer = multiHeadAttention({ heads: 1, dropout: 0.75, bias: false });
    const run = (training: boolean, keep: number) => {
      const builder = new GraphBuilder();
      const { output, masks } = traceForward(layer, builder.input('x', { shape: [1, 2, 2], dtype: 'float32' }), {
        training,
        parameter: ({ name, shape }) => builder.input(name, { shape, dtype: 'float32' }),
      });
      const identity = [1, 0, 0, 1];
      const fed = new Map([
        ['x', Float64Array.from([1, 2, 3, 5])],
        ['attention1/inputWeight', Float64Array.from([0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1])],
        ['attention1/outputWeight', Float64Array.from(identity)],
        ...masks.map(({ name, shape }) => [name, new Float64Array(size(shape)).fill(keep)] as const),
      ]);
      return Array.from(evaluate(builder.finish(new Map([['output', output]])), fed).get('output')!);
    };
    // Without queries every step sees all: the mean.
    const mean = [2, 3.5, 2, 3.5];
    expect(run(false, 0)).toEqual(mean);
    expect(run(true, 1)).toEqual(mean.map((value) => 4 * value));
    expect(run(true, 0)).toEqual([0, 0, 0, 0]);
  });
});

describe('refusals name the layer', () => {
  const apply = (layer: Layer, shape: Shape, dtype: 'float32' | 'int32' = 'float32') =>
    describeModel(sequential(layer), { shape, dtype });

  it.each<[string, () => unknown, RegExp]>([
    [
      'an image before lstm',
      () => apply(lstm({ units: 2 }), [2, 3, 4, 4]),
      /lstm1: its input is float32\[2, 3, 4, 4\]/,
    ],
    ['rows before gru', () => apply(gru({ units: 2 }), [2, 3]), /gru1: its input is float32\[2, 3\]/],
    ['indices before simpleRnn', () => apply(simpleRnn({ units: 2 }), [2, 3, 1], 'int32'), /recurrent1: .*int32/],
    ['numbers before embedding', () => apply(embedding({ entries: 3, size: 2 }), [2, 3]), /embedding1: .*float32/],
    ['heads that do not divide', () => apply(multiHeadAttention({ heads: 3 }), [2, 3, 4]), /attention1: 3 heads.* 4/],
    ['a sequence too long', () => apply(positionEmbedding({ length: 2 }), [2, 3, 4]), /position1: .*3 steps.* 2/],
    ['the axis of the batch', () => apply(layerNorm({ axes: [0] }), [2, 3]), /norm1: axes \[0\]/],
    ['an axis twice', () => apply(layerNorm({ axes: [1, -1] }), [2, 3]), /norm1: axes/],
    ['padding beyond the table', () => embedding({ entries: 3, size: 2, padding: 3 }), /padding is 3/],
    ['a length of fixed waves', () => positionEmbedding({ kind: 'sinusoidal', length: 4 }), /length is given/],
    ['truncation after no step', () => lstm({ units: 2, truncate: 0 }), /truncate is 0/],
    [
      'two ways to start biases',
      () => lstm({ units: 2, forgetBias: 1, biasInitializer: { initializer: 'zeros' } }),
      /both/,
    ],
    ['a mistyped option', () => gru({ units: 2, returnSequences: true } as never), /Did you mean "returnSequence"/],
  ])('%s', (_, build, message) => {
    expect(build).toThrow(message);
  });
});

it('a character model is described with its names and counts', () => {
  const model = sequential(embedding({ entries: 7, size: 4 }), lstm({ units: 5 }), dense(7));
  const { output, parameters, layers } = describeModel(model, { shape: [2, 6], dtype: 'int32' });
  expect(output.shape).toEqual([2, 6, 7]);
  expect(layers.map(({ name }) => name)).toEqual(['embedding1', 'lstm1', 'dense1']);
  expect(parameters.map(({ name, count }) => [name, count])).toEqual([
    ['embedding1/weight', 28],
    ['lstm1/inputWeight', 80],
    ['lstm1/recurrentWeight', 100],
    ['lstm1/bias', 20],
    ['dense1/weight', 35],
    ['dense1/bias', 7],
  ]);
});
