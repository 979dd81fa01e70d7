import { readFileSync } from 'node:fs';
import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, it } from 'vitest';
import { type CnnFixture, cnn, startOf, tenImages } from '../../test/fixtures/train/cnn.ts';
import { key, RandomStream } from '../base/random.ts';
import { fromArrays } from '../data/from-arrays.ts';
import { inOrder } from '../data/sampler.ts';
import { batchNorm } from '../nn/layer/batch-norm.ts';
import { conv2d } from '../nn/layer/conv2d.ts';
import { dense } from '../nn/layer/dense.ts';
import { dropout } from '../nn/layer/dropout.ts';
import { flatten } from '../nn/layer/flatten.ts';
import { relu } from '../nn/layer/relu.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { softmaxCrossEntropy } from '../nn/loss/softmax-cross-entropy.ts';
import { zeroOne } from '../nn/metric/zero-one.ts';
import { adam } from '../optim/adam.ts';
import { byGlobalNorm } from '../optim/clip/by-global-norm.ts';
import { momentum } from '../optim/momentum.ts';
import { epochs, steps } from '../optim/schedule/duration.ts';
import { linearDecay } from '../optim/schedule/linear-decay.ts';
import { sgd } from '../optim/sgd.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import type { TrainingEvent } from './event.ts';
import { decodeSafetensors } from './safetensors.ts';
import { type TrainOptions, train } from './train.ts';

const fixture: CnnFixture = JSON.parse(
  readFileSync(new URL('../../test/fixtures/train/cnn.json', import.meta.url), 'utf8'),
);
const training = tenImages(fixture);

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});

const common = () =>
  ({
    model: cnn,
    training,
    validation: training,
    loss: softmaxCrossEntropy(),
    metrics: { error: zeroOne() },
    batchSize: 4,
    epochs: 10,
    sampler: inOrder(),
    engine,
    compile: { threads: 1 },
  }) satisfies Partial<TrainOptions>;

describe('train', () => {
  const start = startOf(fixture);
  for (const [name, options] of [
    ['sgd, linear decay', { optimizer: sgd({ learningRate: linearDecay({ from: 0.2, to: 0.02, over: steps(20) }) }) }],
    ['momentum, clipped', { optimizer: momentum({ learningRate: 0.1, momentum: 0.9 }), clip: byGlobalNorm(0.5) }],
    ['adam', { optimizer: adam({ learningRate: 0.01 }) }],
  ] as const) {
    it(`follows PyTorch's float64 trajectory of a CNN over 30 steps within 2e-4: ${name}`, async () => {
      const expected = fixture.runs[name]!;
      const losses: number[] = [];
      const norms: number[] = [];
      const on = (event: TrainingEvent) => {
        if (event.type !== 'step') return;
        losses.push(event.loss);
        norms.push(event.gradientNorm);
      };
      const run = await train({ ...common(), ...options, parameters: start, on });
      expect(losses).toHaveLength(30);
      losses.forEach((loss, i) => {
        expect(Math.abs(loss - expected.losses[i]!)).toBeLessThan(2e-4);
        expect(Math.abs(norms[i]! - expected.norms[i]!)).toBeLessThan(2e-4);
      });
      for (const [parameter, { values }] of run.model.parameters) {
        values.forEach((value, i) => {
          expect(Math.abs(value - expected.final[parameter]![i]!)).toBeLessThan(2e-4);
        });
      }
      expect(Math.abs(run.measures['validation/loss']! - expected.evaluation.loss)).toBeLessThan(2e-4);
      expect(run.measures['validation/error']).toBeCloseTo(expected.evaluation.error, 6);
      const { values, shape } = await run.model.predict(fixture.images);
      expect(shape).toEqual([10, 3]);
      values.forEach((value, i) => {
        expect(Math.abs(value - expected.logits[i]!)).toBeLessThan(5e-4);
      });
    });
  }

  it('repeats to the bit for the same seed, and differs for another', async () => {
    const run = (seed: number) =>
      train({
        ...common(),
        model: sequential(flatten(), dense(8), relu(), dropout(0.5), dense(3)),
        sampler: { kind: 'shuffled', everyEpochs: 1 },
        optimizer: adam({ learningRate: 0.01 }),
        seed,
      });
    const [first, again, other] = [await run(3), await run(3), await run(4)];
    expect(again.model.toSafetensors()).toEqual(first.model.toSafetensors());
    expect(other.model.toSafetensors()).not.toEqual(first.model.toSafetensors());
    expect(again.measures['train/loss']).toBe(first.measures['train/loss']);
  });

  it('agrees on 1 and 2 threads within 1e-5 after 30 steps', async () => {
    const run = (threads: number) =>
      train({
        ...{ ...common(), model: sequential(flatten(), dense(300), relu(), dense(3)), seed: 3 },
        ...{ optimizer: momentum({ learningRate: 0.02 }), compile: { threads } },
      });
    const [one, two] = [await run(1), await run(2)];
    for (const [name, { values }] of one.model.parameters) {
      const others = two.model.parameters.get(name)!.values;
      values.forEach((value, i) => {
        expect(Math.abs(value - others[i]!)).toBeLessThan(1e-5);
      });
    }
  });

  it('repeats to the bit with the threads and formulations that it reported, the smaller last batch included', async () => {
    const values = new RandomStream(key(1));
    const images = fromArrays({
      name: 'noise',
      input: Float32Array.from({ length: 20 * 8 * 144 }, () => values.normal()),
      inputShape: [8, 12, 12],
      target: Int32Array.from({ length: 20 }, (_, i) => i % 3),
      classes: 3,
    });
    let reported: TrainingEvent | undefined;
    const run = (compile: CompileOptions) =>
      train({
        model: sequential(
          conv2d({ channels: 16, kernel: 3 }),
          relu(),
          conv2d({ channels: 16, kernel: 3 }),
          flatten(),
          dense(3),
        ),
        training: images,
        loss: softmaxCrossEntropy(),
        optimizer: momentum({ learningRate: 0.01 }),
        batchSize: 12,
        epochs: 3,
        engine,
        compile,
        on: (event) => {
          if (event.type === 'start') reported ??= event;
        },
      });
    const measured = await run({});
    if (reported?.type !== 'start') throw new Error('the run told no start');
    const { threads, formulations } = reported;
    // Three convolutions or gradients of one in each layer but the first, for batches of 12 and of 8.
    expect(Object.keys(formulations)).toHaveLength(10);
    const again = await run({ threads, formulations: new Map(Object.entries(formulations)) });
    expect(again.model.toSafetensors()).toEqual(measured.model.toSafetensors());
  });

  it('repeats to the bit with what it reported, however evaluation, late layers and statistics are best computed', async () => {
    const values = new RandomStream(key(1));
    const images = fromArrays({
      input: Float32Array.from({ length: 20 * 8 * 144 }, () => values.normal()),
      ...{ inputShape: [8, 12, 12], target: Int32Array.from({ length: 20 }, (_, i) => i % 3), classes: 3 },
    });
    // As if the slowest formulation had been the fastest: it is none that is taken without measuring.
    const known = new Map<string, string>();
    const cache = {
      get: (name: string) => known.get(name),
      set(name: string, value: string) {
        const [, field = ''] = value.split(' of ');
        known.set(name, name.startsWith('formulation') ? `${field.split(', ').at(-1)} of ${field}` : value);
      },
    };
    const run = async (compile: CompileOptions) => {
      const own = await cpuEngine({ cache });
      const told: TrainingEvent[] = [];
      const { model } = await train({
        model: sequential(
          conv2d({ channels: 16, kernel: 3 }),
          batchNorm(),
          relu(),
          conv2d({ channels: 16, kernel: 3 }),
          flatten(),
          dense(3),
        ),
        ...{ training: images, validation: images, loss: softmaxCrossEntropy(), batchSize: 12, epochs: 3, engine: own },
        ...{ optimizer: momentum({ learningRate: 0.01 }), compile, clock: () => 0 },
        groups: [{ match: ['conv1/*', 'batchNorm1/*', 'conv2/*'], trainable: { from: steps(3) } }],
        freezeStatistics: { from: epochs(2), by: 'exact' },
        on: (event) => {
          if (event.type !== 'step') told.push(event);
        },
      });
      await own.release();
      return { told, bytes: model.toSafetensors() };
    };
    await run({ threads: 1 });
    const measured = await run({ threads: 1 });
    const [start] = measured.told;
    if (start?.type !== 'start') throw new Error('the run told no start');
    const { threads, formulations } = start;
    const again = await run({ threads, formulations: new Map(Object.entries(formulations)) });
    expect(again.told).toEqual(measured.told);
    expect(again.bytes).toEqual(measured.bytes);
  });

  it('drops units in training only: with a rate of 1 − 1e-9 nothing but the bias is learned', async () => {
    const run = await train({
      ...common(),
      model: sequential(flatten(), dropout(1 - 1e-9), dense(3)),
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: 1,
    });
    const fresh = await train({
      ...common(),
      model: sequential(flatten(), dropout(1 - 1e-9), dense(3)),
      optimizer: sgd({ learningRate: 0.1 }),
      epochs: 0,
    });
    const weight = (result: typeof run) => result.model.parameters.get('dense1/weight')!.values;
    expect(weight(run)).toEqual(weight(fresh));
    expect(run.model.parameters.get('dense1/bias')!.values).not.toEqual(new Float32Array(3));
    const { values } = await run.model.predict(fixture.images);
    expect(new Set(Array.from({ length: 10 }, (_, i) => values[3 * i])).size).toBe(10);
  });

  it('stops before the update that would not be finite, and says where', async () => {
    const deep = sequential(flatten(), dense(8), relu(), dense(8), relu(), dense(3));
    const run = await train({ ...common(), model: deep, optimizer: sgd({ learningRate: 1e30 }) });
    expect(run.status).toBe('diverged');
    expect(run.reason).toMatch(/^diverged at step \d+: /);
    expect(run.step).toBeLessThan(30);
    for (const { values } of run.model.parameters.values()) expect(values.every(Number.isFinite)).toBe(true);
  });

  it('finishes the step that runs when it is told to stop', async () => {
    const controller = new AbortController();
    const seen: number[] = [];
    const run = await train({
      ...common(),
      optimizer: sgd({ learningRate: 0.1 }),
      signal: controller.signal,
      on: (event) => {
        if (event.type !== 'step') return;
        seen.push(event.step);
        if (event.step === 5) controller.abort('enough');
      },
    });
    expect(run).toMatchObject({ status: 'stopped', reason: 'enough', step: 5 });
    expect(seen).toEqual([1, 2, 3, 4, 5]);
  });

  it('exports a model that any ONNX Runtime runs on raw input of any batch size, equal to predict within 1e-6', async () => {
    const run = await train({ ...common(), optimizer: adam({ learningRate: 0.01 }), epochs: 2 });
    const session = await InferenceSession.create(run.model.toOnnx());
    for (const count of [1, 3, 10]) {
      const raw = fixture.images.slice(0, count * 64);
      const { output } = await session.run({ input: new OrtTensor('uint8', Uint8Array.from(raw), [count, 1, 8, 8]) });
      const { values } = await run.model.predict(raw);
      expect(output!.dims).toEqual([count, 3]);
      (output!.data as Float32Array).forEach((value, i) => {
        expect(Math.abs(value - values[i]!)).toBeLessThan(1e-6);
      });
    }
    await session.release();
    const { tensors } = decodeSafetensors(run.model.toSafetensors(), 'memory');
    expect([...tensors.keys()]).toEqual(Object.keys(fixture.start));
  });

  it('refuses what does not fit before the first step', async () => {
    const bad = (changes: Partial<TrainOptions>) =>
      train({ ...common(), optimizer: sgd({ learningRate: 0.1 }), ...changes });
    await expect(bad({ batchSize: 11 })).rejects.toThrow(/batchSize is 11, but the data set has 10 examples/);
    await expect(bad({ epochs: -1 })).rejects.toThrow(/epochs is -1/);
    await expect(bad({ model: sequential(flatten(), dense(2)) })).rejects.toThrow(/gives 2 numbers .* has 3 classes/);
    await expect(bad({ learningRate: 1 } as never)).rejects.toThrow(/unknown option "learningRate"/);
    expect(() => sgd({ learningRate: Number.NaN })).toThrow(/learningRate is NaN/);
  });
});
