import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { fromArrays } from '../data/from-arrays.ts';
import { inOrder } from '../data/sampler.ts';
import { subset, take } from '../data/subset.ts';
import { withTarget } from '../data/with-target.ts';
import { withWeights } from '../data/with-weights.ts';
import type { ModelFunction } from '../nn/forward.ts';
import { auxiliary } from '../nn/layer/auxiliary.ts';
import { averagePool2d } from '../nn/layer/average-pool2d.ts';
import { dense } from '../nn/layer/dense.ts';
import { outputs } from '../nn/layer/outputs.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { readLayer } from '../nn/layer/table.ts';
import { tanh } from '../nn/layer/tanh.ts';
import { meanSquare } from '../nn/loss/mean-square.ts';
import { softmaxCrossEntropy } from '../nn/loss/softmax-cross-entropy.ts';
import { meanAbsoluteError } from '../nn/metric/mean-absolute-error.ts';
import { zeroOne } from '../nn/metric/zero-one.ts';
import { adam } from '../optim/adam.ts';
import { momentum } from '../optim/momentum.ts';
import { sgd } from '../optim/sgd.ts';
import type { Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import type { StepEvent, TrainingEvent } from './event.ts';
import { findLearningRate } from './find-learning-rate.ts';
import { formatRow, parseRows, rowOf } from './metrics-log.ts';
import { race } from './race/race.ts';
import { firstParameters } from './start/first-parameters.ts';
import { labelStatistics } from './start/label-statistics.ts';
import { type TrainOptions, train } from './train.ts';

interface Fixture {
  readonly inputs: number[];
  readonly kinds: number[];
  readonly sizes: number[];
  readonly start: Record<string, number[]>;
  readonly runs: Record<
    string,
    {
      readonly weights: readonly [number, number];
      readonly losses: number[];
      readonly parts: (readonly [number, number])[];
      readonly norms: number[];
      readonly final: Record<string, number[]>;
      readonly evaluation: Record<string, number>;
      readonly kind: number[];
      readonly size: number[];
    }
  >;
}

const fixture: Fixture = JSON.parse(
  readFileSync(new URL('../../test/fixtures/train/two-outputs.json', import.meta.url), 'utf8'),
);
const start = new Map(Object.entries(fixture.start).map(([name, values]) => [name, Float32Array.from(values)]));

const training = fromArrays({
  name: 'ten things',
  input: Float32Array.from(fixture.inputs),
  inputShape: [5],
  targets: {
    size: { values: Float32Array.from(fixture.sizes), shape: [2] },
    kind: { values: fixture.kinds, classNames: ['a', 'b', 'c', 'd'] },
  },
});
const kind = sequential(dense(3), tanh(), dense(4));
const model = sequential(dense(6), tanh(), outputs({ kind, size: dense(2) }));
const modelFunction: ModelFunction = (scope, x) => {
  const trunk = scope.apply(sequential(dense(6), tanh()), x);
  return { kind: scope.apply(kind, trunk, 'kind'), size: scope.apply(dense(2), trunk, 'size') };
};

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});

const common = () =>
  ({
    model,
    training,
    validation: training,
    loss: { kind: softmaxCrossEntropy(), size: { loss: meanSquare(), weight: 0.3 } },
    metrics: { kind: { error: zeroOne() }, size: { distance: meanAbsoluteError() } },
    optimizer: adam({ learningRate: 0.02 }),
    batchSize: 4,
    epochs: 4,
    sampler: inOrder(),
    parameters: start,
    engine,
    compile: { threads: 1 },
  }) satisfies TrainOptions;

/** Runs, and keeps what each step told. */
async function traced(options: TrainOptions) {
  const steps: Pick<StepEvent, 'loss' | 'measures' | 'gradientNorm'>[] = [];
  const on = (event: TrainingEvent) => {
    if (event.type !== 'step') return;
    const { loss, measures, gradientNorm } = event;
    steps.push({ loss, measures: { ...measures }, gradientNorm });
  };
  return { steps, run: await train({ ...options, on }) };
}

function expectClose(found: ArrayLike<number>, wanted: readonly number[], tolerance: number): void {
  expect(found.length).toBe(wanted.length);
  for (let i = 0; i < wanted.length; i++) expect(Math.abs(found[i]! - wanted[i]!)).toBeLessThan(tolerance);
}

describe('a model with two outputs', () => {
  const optimizers = {
    momentum: momentum({ learningRate: 0.1, momentum: 0.9 }),
    adam: adam({ learningRate: 0.02 }),
    'adam, the other weighted': adam({ learningRate: 0.02 }),
  };
  for (const [name, optimizer] of Object.entries(optimizers)) {
    for (const [kindOf, of] of [
      ['layers', model],
      ['a function', modelFunction],
    ] as const) {
      it(`of ${kindOf} follows PyTorch's float64 trajectory over 12 steps within 1e-4: ${name}`, async () => {
        const expected = fixture.runs[name]!;
        const [kindWeight, sizeWeight] = expected.weights;
        const loss = {
          kind: { loss: softmaxCrossEntropy(), weight: kindWeight },
          size: { loss: meanSquare(), weight: sizeWeight },
        };
        const { steps, run } = await traced({ ...common(), model: of, loss, optimizer });
        expectClose(
          steps.map((step) => step.loss),
          expected.losses,
          1e-4,
        );
        expectClose(
          steps.map(({ measures }) => measures['kind/loss']!),
          expected.parts.map(([part]) => part),
          1e-4,
        );
        expectClose(
          steps.map(({ measures }) => measures['size/loss']!),
          expected.parts.map(([, part]) => part),
          1e-4,
        );
        expectClose(
          steps.map((step) => step.gradientNorm),
          expected.norms,
          1e-4,
        );
        expect([...run.model.parameters.keys()].sort()).toEqual(Object.keys(expected.final).sort());
        for (const [parameter, { values }] of run.model.parameters)
          expectClose(values, expected.final[parameter]!, 1e-4);
        for (const [measure, value] of Object.entries(expected.evaluation)) {
          expect(run.measures[`validation/${measure}`], measure).toBeCloseTo(value, 4);
        }
        const { values, shape, outputs } = await run.model.predict(fixture.inputs);
        expect([shape, outputs.size!.shape]).toEqual([
          [10, 4],
          [10, 2],
        ]);
        expect(values).toEqual(outputs.kind!.values);
        expectClose(values, expected.kind, 2e-4);
        expectClose(outputs.size!.values, expected.size, 2e-4);
      });
    }
  }

  it('trains by its weights: another weight, other steps; weight 0, and the head of that output stays as it is', async () => {
    const at = async (weight: number) => {
      const loss = { kind: softmaxCrossEntropy(), size: { loss: meanSquare(), weight } };
      return (await train({ ...common(), loss, optimizer: sgd({ learningRate: 0.1 }), steps: 1, epochs: 1 })).model;
    };
    const moved = async (weight: number) =>
      (await at(weight)).parameters.get('size/weight')!.values.map((value, i) => value - start.get('size/weight')![i]!);
    const [whole, third, none] = [await moved(1), await moved(0.3), await moved(0)];
    for (const [i, change] of whole.entries()) expect(third[i]! / change).toBeCloseTo(0.3, 4);
    expect(whole.every((change) => change !== 0)).toBe(true);
    expect(none.every((change) => change === 0)).toBe(true);
  });

  it('adds up over an epoch of unequal batches: train/loss is the weighted sum of what is reported of the outputs', async () => {
    const { run } = await traced({ ...common(), optimizer: sgd({ learningRate: 1e-9 }), epochs: 1 });
    const { measures } = run;
    for (const name of ['loss', 'kind/loss', 'kind/error', 'size/loss', 'size/distance']) {
      expect(measures[`train/${name}`], name).toBeCloseTo(measures[`validation/${name}`]!, 5);
    }
    expect(measures['train/loss']).toBeCloseTo(measures['train/kind/loss']! + 0.3 * measures['train/size/loss']!, 6);
  });

  it('takes the same steps in two pieces', async () => {
    const whole = await traced(common());
    const pieces = await traced({ ...common(), accumulation: 2 });
    expectClose(
      pieces.steps.map(({ loss }) => loss),
      whole.steps.map(({ loss }) => loss),
      1e-5,
    );
  });

  it('counts an example of weight 2 as two, in both losses', async () => {
    const weights = Float32Array.from({ length: 10 }, (_, i) => (i === 3 ? 2 : 1));
    const twice = subset(training, [0, 1, 2, 3, 3, 4, 5, 6, 7, 8, 9]);
    const options = { ...common(), batchSize: 'all' as const, epochs: 3 };
    const [weighed, doubled] = [
      await traced({ ...options, training: withWeights(training, weights) }),
      await traced({ ...options, training: twice }),
    ];
    expectClose(
      weighed.steps.map(({ loss }) => loss),
      doubled.steps.map(({ loss }) => loss),
      1e-5,
    );
  });

  it('is exported with an output of each name, which give what predict gives', async () => {
    const { run } = await traced(common());
    const session = await InferenceSession.create(run.model.toOnnx());
    expect([session.inputNames, [...session.outputNames].sort()]).toEqual([['input'], ['kind', 'size']]);
    const given = await session.run({ input: new OrtTensor('float32', Float32Array.from(fixture.inputs), [10, 5]) });
    const { outputs } = await run.model.predict(fixture.inputs);
    for (const name of ['kind', 'size']) {
      expect(given[name]!.dims).toEqual([...outputs[name]!.shape]);
      expectClose(given[name]!.data as Float32Array, [...outputs[name]!.values], 1e-5);
    }
    await session.release();
  });

  it('has a confusion matrix of the output that is named', async () => {
    const { run } = await traced(common());
    const matrix = await run.model.confusionMatrix(training, { output: 'kind' });
    expect(matrix.classNames).toEqual(['a', 'b', 'c', 'd']);
    const wrong = matrix.counts.flatMap((row, is) => row.filter((_, said) => said !== is)).reduce((a, b) => a + b);
    expect(wrong / 10).toBeCloseTo(run.measures['validation/kind/error']!, 6);
    await expect(run.model.confusionMatrix(training)).rejects.toThrow('the model has several outputs');
    await expect(run.model.confusionMatrix(training, { output: 'kinds' })).rejects.toThrow('Did you mean "kind"?');
  });

  it('starts the biases of each head at the statistics of its targets', async () => {
    const { loss, model } = common();
    const found = await firstParameters({ model, training, loss, start: labelStatistics(), engine });
    const mean = (column: number) => fixture.sizes.filter((_, i) => i % 2 === column).reduce((a, b) => a + b) / 10;
    expectClose(found.get('size/bias')!, [mean(0), mean(1)], 1e-6);
    const counts = [0, 1, 2, 3].map((label) => 1 + fixture.kinds.filter((kind) => kind === label).length);
    const logits = found.get('kind/dense2/bias')!;
    for (const [c, count] of counts.entries())
      expect(logits[c]! - logits[0]!).toBeCloseTo(Math.log(count / counts[0]!), 5);
  });

  it('can be raced, by a measure of one output, and searched for a learning rate', async () => {
    const { optimizer: _, parameters: __, ...rest } = common();
    const raced = {
      ...rest,
      epochs: 1,
      tuning: false as const,
      lanes: [{ optimizer: 'sgd', learningRate: 0.1 }, 'adam'],
    };
    const { plan, ranking } = await race({ ...raced, measure: 'kind/error' });
    expect([plan.measure, ranking.lanes.length]).toEqual([{ tag: 'validation/kind/error', better: 'lower' }, 2]);
    await expect(race({ ...raced, measure: 'kinds/error' })).rejects.toThrow('Did you mean "kind/error"?');
    const { metrics: ___, validation: ____, epochs: _____, parameters, ...searched } = common();
    const found = await findLearningRate({ ...searched, parameters, steps: 3, pointsPerDecade: 1 });
    expect(found.suggestion).toBeGreaterThan(0);
  });

  it('logs the measures of steps under the output', () => {
    const step = { type: 'step', step: 10, epoch: 1, time: 2, loss: 3, gradientNorm: 1, hyper: {} } as StepEvent;
    const row = rowOf({ ...step, measures: { 'kind/loss': 1, 'kind/error': 0.5 } }, 10)!;
    expect(parseRows(formatRow(row))).toEqual([
      {
        step: 10,
        epoch: 1,
        time: 2,
        'train/batch-loss': 3,
        'train/batch-kind/loss': 1,
        'train/batch-kind/error': 0.5,
        'gradient/norm': 1,
      },
    ]);
  });

  it('takes an auxiliary head for the output that it names: the step of a third output with the same targets', async () => {
    const steps = { steps: 1, optimizer: sgd({ learningRate: 0.5 }) };
    const trunk = [dense(6), tanh()] as const;
    const of = (name: string | undefined) =>
      sequential(
        ...trunk,
        auxiliary(dense(2), { weight: 0.5, ...(name === undefined ? {} : { of: name }) }),
        outputs({ kind, size: dense(2) }),
      );
    const first = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i));
    const head = (path: string) =>
      new Map([...start, [`${path}/weight`, first], [`${path}/bias`, new Float32Array(2)]]);
    const inner = await traced({ ...common(), ...steps, model: of('size'), parameters: head('auxiliary1/head') });
    const { targets } = {
      targets: {
        kind: { values: fixture.kinds, classes: 4 },
        size: { values: Float32Array.from(fixture.sizes), shape: [2] },
        third: { values: Float32Array.from(fixture.sizes), shape: [2] },
      },
    };
    const three = fromArrays({ input: Float32Array.from(fixture.inputs), inputShape: [5], targets });
    const { validation: _, ...rest } = common();
    const outer = await traced({
      ...rest,
      ...steps,
      training: three,
      model: sequential(...trunk, outputs({ kind, size: dense(2), third: dense(2) })),
      loss: { ...common().loss, third: { loss: meanSquare(), weight: 0.5 } },
      parameters: head('third'),
    });
    expect(inner.run.model.parameters.has('auxiliary1/head/bias')).toBe(false);
    for (const [name, { values }] of inner.run.model.parameters) {
      expectClose(values, [...outer.run.model.parameters.get(name)!.values], 1e-6);
    }
    expect(inner.steps[0]!.gradientNorm).toBeCloseTo(outer.steps[0]!.gradientNorm, 5);
    const run = (model: ReturnType<typeof of>) => train({ ...common(), ...steps, model });
    await expect(run(of('sizes'))).rejects.toThrow('Did you mean "size"?');
    await expect(run(of(undefined))).rejects.toThrow('it does not say of which output');
  });
});

describe('outputs, losses and targets that do not belong together', () => {
  const { loss } = { loss: { kind: softmaxCrossEntropy(), size: meanSquare() } };
  it.each<[string, Partial<TrainOptions>, string]>([
    ['a loss for no output', { loss: { ...loss, knd: meanSquare() } }, 'the data have no target for the output "knd"'],
    [
      'no loss for an output',
      { loss: { kind: loss.kind } },
      'there is no loss for the output "size" (loss). Known: kind.',
    ],
    ['one loss', { loss: loss.kind }, 'the loss is one, and the data have the targets size, kind'],
    [
      'one loss and target',
      { loss: loss.kind, training: withTarget(training, 'kind'), validation: withTarget(training, 'kind') },
      'the model has the outputs kind, size',
    ],
    ['losses and one target', { training: withTarget(training, 'kind') }, 'They have one target, without a name'],
    [
      'a head less',
      { model: sequential(dense(6), outputs({ kind })) },
      'the model has no output "size" (loss). Known: kind.',
    ],
    ['a head of another name', { model: sequential(outputs({ kind, sise: dense(2) })) }, 'Did you mean "sise"?'],
    ['a model without names', { model: dense(4) }, 'Its output has no name: end it with outputs({ … }).'],
    ['metrics of no output', { metrics: { kinds: { error: zeroOne() } } }, 'Did you mean "kind"?'],
    ['metrics without outputs', { metrics: { error: zeroOne() } }, 'since the loss is given by output'],
    ['a metric named loss', { metrics: { kind: { loss: zeroOne() } } }, 'a metric is named "loss" (metrics.kind)'],
    ['a negative weight', { loss: { ...loss, size: { loss: meanSquare(), weight: -1 } } }, 'weight is -1 (loss.size)'],
    [
      'a mistyped weight',
      { loss: { ...loss, size: { loss: meanSquare(), wieght: 1 } as never } },
      'Did you mean "weight"?',
    ],
    ['classes of quantities', { loss: { kind: loss.kind, size: loss.kind } }, 'has float32 targets "size"'],
    ['too few classes', { model: sequential(outputs({ kind: dense(3), size: dense(2) })) }, 'has 4 classes of "kind"'],
    ['a validation set of one target', { validation: withTarget(training, 'kind') }, 'ten things has no target "kind"'],
    [
      'layers after the outputs',
      { model: sequential(outputs({ kind, size: dense(2) }), dense(3)) },
      'what follows has no name',
    ],
    ['an output twice', { model: sequential(outputs({ kind }), outputs({ kind })) }, 'the name "kind" is given twice'],
    ['an output named input', { model: outputs({ input: dense(2) }) }, 'cannot be "input"'],
  ])('%s', async (_, change, message) => {
    const { parameters: __, metrics: ___, ...rest } = common();
    await expect(train({ ...rest, steps: 0, loss, ...change })).rejects.toThrow(message);
  });
});

describe('sets of several targets', () => {
  it('copy those that are asked for, also through subset, take and withTarget', () => {
    const kinds = new Int32Array(2);
    const sizes = new Float32Array(4);
    const input = new Float32Array(10);
    subset(training, [4, 7]).copy([1, 0], input, { kind: kinds, size: sizes });
    expect([...kinds]).toEqual([fixture.kinds[7], fixture.kinds[4]]);
    expectClose(sizes, [...fixture.sizes.slice(14, 16), ...fixture.sizes.slice(8, 10)], 1e-7);
    const only = withTarget(take(training, 5), 'kind');
    expect([only.target, only.targets, only.classNames]).toEqual([
      { shape: [], dtype: 'int32', classes: 4 },
      undefined,
      ['a', 'b', 'c', 'd'],
    ]);
    only.copy([2], input, kinds);
    expect(kinds[0]).toBe(fixture.kinds[2]);
    expect(() => withTarget(training, 'kinds')).toThrow('Did you mean "kind"?');
    expect(() => withTarget(only, 'kind')).toThrow('The set has one target, without a name.');
    expect(() => training.copy([0], input, { knid: kinds })).toThrow('Did you mean "kind"?');
  });

  it.each<[object, string]>([
    [{ targets: { a: [1, 2], b: [1] } }, '1 targets for 2 of the first (fromArrays({ targets.b }))'],
    [{ targets: { a: { values: [0, 3], classes: 2 } } }, 'is 3 (fromArrays({ targets.a }))'],
    [{ targets: { a: { valeus: [0, 1] } } }, 'Did you mean "values"?'],
    [{ targets: { a: [1, 2] }, classes: 2 }, 'both targets and classes are given'],
    [{ targets: {} }, 'targets is {}'],
    [{}, 'target is missing'],
  ])('refuses %j', (options, message) => {
    expect(() => fromArrays({ input: [1, 2], ...options })).toThrow(message);
  });
});

describe('outputs', () => {
  it('prints to JSON and reads back, and refuses what is no layer for each', () => {
    expect(readLayer(JSON.parse(JSON.stringify(model)))).toEqual(model);
    expect(() => outputs({})).toThrow('heads is {}');
    expect(() => outputs(dense(3) as never)).toThrow('the head "layer" is "dense"');
    expect(() => readLayer({ layer: 'outputs', heads: { a: { layer: 'dens' } } })).toThrow('Did you mean "dense"?');
    expect(() => outputs({ 'a/b': averagePool2d(2) })).toThrow('name is "a/b"');
  });
});
