import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { key, RandomStream } from '../base/random.ts';
import { randomCrop } from '../data/augmentation/random-crop.ts';
import { randomFlip } from '../data/augmentation/random-flip.ts';
import { fromArrays } from '../data/from-arrays.ts';
import { continuous, shuffledOnce, withReplacement } from '../data/sampler.ts';
import { withWeights } from '../data/with-weights.ts';
import { batchNorm } from '../nn/layer/batch-norm.ts';
import { conv2d } from '../nn/layer/conv2d.ts';
import { dense } from '../nn/layer/dense.ts';
import { dropout } from '../nn/layer/dropout.ts';
import { flatten } from '../nn/layer/flatten.ts';
import { gru } from '../nn/layer/gru.ts';
import { outputs } from '../nn/layer/outputs.ts';
import { relu } from '../nn/layer/relu.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { meanSquare } from '../nn/loss/mean-square.ts';
import { softmaxCrossEntropy } from '../nn/loss/softmax-cross-entropy.ts';
import { accuracy } from '../nn/metric/accuracy.ts';
import { rSquared } from '../nn/metric/r-squared.ts';
import { zeroOne } from '../nn/metric/zero-one.ts';
import { adam } from '../optim/adam.ts';
import { adamw } from '../optim/adamw.ts';
import { exponentialAverage } from '../optim/averaging/exponential-average.ts';
import { stochasticWeightAverage } from '../optim/averaging/stochastic-weight-average.ts';
import { byGlobalNorm } from '../optim/clip/by-global-norm.ts';
import { muon } from '../optim/experimental/muon.ts';
import { scheduleFreeAdamw } from '../optim/experimental/schedule-free-adamw.ts';
import { momentum } from '../optim/momentum.ts';
import { nadam } from '../optim/nadam.ts';
import { rmspropNesterov } from '../optim/rmsprop-nesterov.ts';
import { rprop } from '../optim/rprop.ts';
import { epochs, fraction, steps } from '../optim/schedule/duration.ts';
import { oneCycle } from '../optim/schedule/one-cycle.ts';
import { reduceOnPlateau } from '../optim/schedule/reduce-on-plateau.ts';
import { warmRestarts } from '../optim/schedule/warm-restarts.ts';
import type { Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import type { TrainingEvent } from './event.ts';
import { earlyStopping } from './stopping/early-stopping.ts';
import { type TrainOptions, train } from './train.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});
afterAll(() => engine.release());

const stream = new RandomStream(key(5));
const labels = Array.from({ length: 22 }, (_, i) => i % 3);
const images = fromArrays({
  input: Uint8Array.from({ length: 22 * 2 * 6 * 6 }, () => stream.integer(256)),
  ...{ inputShape: [2, 6, 6], target: labels, classes: 3 },
});
const sequences = fromArrays({
  input: Float32Array.from({ length: 12 * 4 * 2 }, () => stream.normal()),
  ...{ inputShape: [4, 2], target: Float32Array.from({ length: 12 }, () => stream.normal()), targetShape: [1] },
});

const twofold = fromArrays({
  input: Uint8Array.from({ length: 22 * 2 * 6 * 6 }, () => stream.integer(256)),
  inputShape: [2, 6, 6],
  targets: { kind: { values: labels, classes: 3 }, shade: Float32Array.from(labels, (label) => label / 2) },
});
const two = withWeights(
  fromArrays({
    input: Float32Array.from({ length: 22 * 5 }, () => stream.normal()),
    inputShape: [5],
    targets: {
      kind: { values: labels, classNames: ['a', 'b', 'c'] },
      size: { values: Float32Array.from({ length: 22 }, () => stream.normal()), shape: [1] },
    },
  }),
  Array.from({ length: 22 }, (_, i) => 1 + (i % 4)),
);

/** Dropout, augmentation and batch normalization: 6 steps an epoch, the last one with 2 examples. */
const network = {
  model: sequential(
    conv2d({ channels: 3, kernel: 3, padding: 'same' }),
    batchNorm(),
    relu(),
    flatten(),
    dropout(0.3),
    dense(3),
  ),
  ...{ training: images, validation: images, batchSize: 4, epochs: 3 },
  ...{ loss: softmaxCrossEntropy(), metrics: { error: zeroOne(), quality: accuracy() } },
  augmentation: [randomCrop({ padding: 1 }), randomFlip()],
};

type Changes = Partial<TrainOptions> & Pick<TrainOptions, 'optimizer'>;

const cases: Readonly<Record<string, Changes>> = {
  'momentum with a schedule': { optimizer: momentum({ learningRate: oneCycle({ peak: 0.1, over: epochs(3) }) }) },
  'adam, clipped': { optimizer: adam({ learningRate: 0.01 }), clip: byGlobalNorm(0.1) },
  'warm restarts': { optimizer: momentum({ learningRate: warmRestarts({ max: 0.1, first: epochs(0.7) }) }) },
  'nadam, whose rule keeps a number': { optimizer: nadam({ learningRate: 0.01 }) },
  'an interim point': { optimizer: rmspropNesterov({ learningRate: 1e-3 }) },
  'schedule-free': { optimizer: scheduleFreeAdamw({ learningRate: 0.01 }) },
  'rprop, whose slots start from its rate': { optimizer: rprop({ learningRate: 0.01 }), batchSize: 'all', epochs: 8 },
  'reduceOnPlateau, a function of the history': {
    optimizer: momentum({
      learningRate: reduceOnPlateau({ from: 0.1, monitor: 'validation/error', patience: 1, factor: 0.5 }),
    }),
  },
  'a parameter frozen for a while, own weight decay, accumulation': {
    optimizer: adamw({ learningRate: 0.01 }),
    groups: [
      { match: 'conv1/*', trainable: { from: steps(5) } },
      { match: '*bias', weightDecay: 0 },
    ],
    accumulation: 2,
  },
  'an exponential average': { optimizer: adam({ learningRate: 0.01 }), averaging: exponentialAverage({ decay: 0.8 }) },
  'an average of late epochs': {
    optimizer: momentum({ learningRate: 0.05 }),
    averaging: stochasticWeightAverage({ from: epochs(1.5), every: epochs(0.5) }),
  },
  'statistics frozen after an epoch': {
    optimizer: momentum({ learningRate: 0.05 }),
    freezeStatistics: { from: epochs(1), by: 'exact' },
  },
  'a carried state': {
    model: sequential(gru({ units: 3, carryState: true, returnSequence: false }), dense(1)),
    ...{ training: sequences, validation: sequences, loss: meanSquare(), metrics: {} },
    ...{ optimizer: adam({ learningRate: 0.02 }), augmentation: undefined as never, sampler: continuous() },
  },
  'several outputs': {
    ...{ model: sequential(flatten(), dense(4), outputs({ kind: dense(3), shade: dense(1) })), training: twofold },
    ...{ validation: twofold, augmentation: undefined as never, optimizer: adam({ learningRate: 0.02 }) },
    loss: { kind: softmaxCrossEntropy(), shade: { loss: meanSquare(), weight: 0.3 } },
    metrics: { kind: { error: zeroOne() } },
  },
  'two outputs, weights of classes and examples, penalties, an own metric for each, part of an epoch at the end': {
    model: sequential(flatten(), outputs({ kind: dense(3), size: sequential(dense(4), relu(), dense(1)) })),
    ...{ training: two, validation: two, augmentation: undefined as never },
    loss: { kind: softmaxCrossEntropy({ classWeights: [1, 2, 3] }), size: { loss: meanSquare(), weight: 0.3 } },
    metrics: { kind: { error: zeroOne() }, size: { explained: rSquared() } },
    penalties: [{ match: '*weight', l1: 1e-3 }],
    ...{ optimizer: muon({ learningRate: 0.01 }), sampler: withReplacement(), epochs: 2.5, accumulation: 2 },
  },
  'a cooldown after each reduction, the first epoch alone shuffled, last batches left out': {
    optimizer: momentum({
      learningRate: reduceOnPlateau({ from: 0.1, monitor: 'train/loss', patience: 1, minDelta: 0.5, cooldown: 2 }),
    }),
    ...{ sampler: shuffledOnce(), dropLast: true, epochs: 9, steps: 43 },
  },
  'the best parameters so far': {
    optimizer: momentum({ learningRate: 0.3 }),
    stopping: earlyStopping({ patience: 2 }),
    epochs: 12,
  },
};

/** A run as bits: everything that it told, and its last checkpoint. */
async function record(changes: Changes, resume?: Checkpoint) {
  const told: string[] = [];
  const saved: Checkpoint[] = [];
  const { augmentation, ...options } = { ...network, ...changes };
  const result = await train({
    ...options,
    ...(augmentation === undefined ? {} : { augmentation }),
    ...{ engine, compile: { threads: 1, formulations: 'default' }, clock: () => 0, seed: 3 },
    checkpoints: { every: steps(1), store: { save: (checkpoint) => void saved.push(checkpoint) } },
    ...(resume === undefined ? {} : { resume }),
    on: (event: TrainingEvent) => {
      if (event.type !== 'start') told.push(JSON.stringify(event));
    },
  });
  const parameters = [...result.model.parameters].map(([name, { values }]) => [name, ...values]);
  return { told, saved, parameters, status: result.status, reason: result.reason, best: result.best };
}

const bits = ({ state, tensors }: Checkpoint) => ({
  state,
  tensors: [...tensors].map(([name, { shape, values }]) => [
    name,
    shape,
    [...new Uint32Array(values.buffer, values.byteOffset, values.length)],
  ]),
});

describe('a run that is resumed from any of its checkpoints is, to the bit, the one that was not interrupted', () => {
  for (const [name, changes] of Object.entries(cases)) {
    it(name, async () => {
      const whole = await record(changes);
      expect(whole.saved.length).toBeGreaterThan(7);
      for (const from of whole.saved.filter((_, i) => i % 4 === 1 || i > whole.saved.length - 3)) {
        const rest = await record(changes, from);
        const later = whole.told.filter((event) => {
          const { type, step } = JSON.parse(event);
          return type === 'end' || (type !== 'warning' && step > from.state.step);
        });
        expect(rest.told).toEqual(later);
        expect([rest.status, rest.reason, rest.best]).toEqual([whole.status, whole.reason, whole.best]);
        expect(rest.parameters).toEqual(whole.parameters);
        const last = rest.saved.at(-1);
        if (last !== undefined) expect(bits(last)).toEqual(bits(whole.saved.at(-1)!));
      }
    });
  }
});

describe('resuming', () => {
  const settings = { optimizer: momentum({ learningRate: 0.05 }) };

  it('a checkpoint stays as it is while training goes on', async () => {
    const seen: unknown[] = [];
    const kept: Checkpoint[] = [];
    const { augmentation: _, ...options } = network;
    await train({
      ...{ ...options, ...settings, engine, epochs: 1 },
      checkpoints: {
        every: steps(1),
        store: {
          save(checkpoint) {
            kept.push(checkpoint);
            seen.push(bits(checkpoint));
          },
        },
      },
    });
    expect(kept.map(bits)).toEqual(seen);
  });

  it('how often a run is saved shows in no average, also while averaging has not begun', async () => {
    const average = async (every: number) => {
      const { augmentation: _, ...options } = network;
      const { model } = await train({
        ...{ ...options, engine, compile: { threads: 1 }, epochs: 2, optimizer: momentum({ learningRate: 0.3 }) },
        averaging: stochasticWeightAverage({ from: epochs(1.5), every: epochs(0.5) }),
        checkpoints: { every: steps(every), store: { save() {} } },
      });
      return [...model.parameters].map(([name, { values }]) => [name, ...values]);
    };
    expect(await average(1)).toEqual(await average(100));
  });

  it('statistics that were frozen for the finished model move again where the run is to be longer', async () => {
    const frozen = { ...settings, freezeStatistics: { from: fraction(0.8), by: 'exact' } } as const;
    const { saved } = await record({ ...frozen, epochs: 1 });
    const longer = await record({ ...frozen, epochs: 2 }, saved.at(-1)!);
    expect(saved.at(-1)!.state.statistics).toBe('frozen');
    expect(longer.saved.map(({ state }) => state.statistics)).toEqual([
      ...['batch', 'batch', 'batch', 'batch', 'frozen', 'frozen'],
    ]);
  });

  it('a run that is stopped goes on to the bit, also from before its first step and from after its last but one', async () => {
    const whole = await record(settings);
    const { augmentation, ...options } = network;
    for (const at of [0, 1, 17]) {
      const saved: Checkpoint[] = [];
      const run = train({
        ...{ ...options, ...settings, augmentation, engine, seed: 3, clock: () => 0 },
        compile: { threads: 1, formulations: 'default' },
        checkpoints: { every: epochs(9), store: { save: (checkpoint) => void saved.push(checkpoint) } },
        on(event) {
          if (event.type === 'step' && event.step === at) run.stop('enough');
        },
      });
      if (at === 0) run.stop('enough');
      expect(await run).toMatchObject({ status: 'stopped', reason: 'enough', step: at });
      expect(saved.at(-1)!.state.step).toBe(at);
      const rest = await record(settings, saved.at(-1)!);
      expect(rest.parameters).toEqual(whole.parameters);
      expect(bits(rest.saved.at(-1)!)).toEqual(bits(whole.saved.at(-1)!));
    }
  });

  it('a resumed run that breaks off at once says where it stood', async () => {
    const { saved } = await record({ ...settings, epochs: 1 });
    const { augmentation: _, ...options } = network;
    const run = train({
      ...{ ...options, ...settings, engine, resume: saved.at(-1)! },
      on: ({ type }) => {
        if (type === 'start') throw new Error('no room');
      },
    });
    const { history } = saved.at(-1)!.state;
    expect(await run.result).toMatchObject({ status: 'failed', step: 6, epoch: 1, history });
  });

  it('refuses a checkpoint of a later step than the last, and takes that of the last', async () => {
    const { saved } = await record({ ...settings, epochs: 1 });
    await expect(record({ ...settings, steps: 5 }, saved.at(-1)!)).rejects.toThrow(
      /the checkpoint is of step 6, and the training takes 5 .*more epochs/,
    );
    expect(await record({ ...settings, epochs: 1 }, saved.at(-1)!)).toMatchObject({ status: 'done', saved: [] });
  });

  it('refuses a checkpoint of another optimizer, model or batch size, and names what does not fit', async () => {
    const [checkpoint] = (await record(settings)).saved;
    const resumed = (changes: Partial<Changes>) => record({ ...settings, ...changes }, checkpoint);
    await expect(resumed({ optimizer: adam({ learningRate: 0.1 }) })).rejects.toThrow(/has no "s\/conv1\/weight"/);
    await expect(resumed({ averaging: exponentialAverage() })).rejects.toThrow(/has no "average\/conv1\/weight"/);
    const wider = sequential(conv2d({ channels: 4, kernel: 3, padding: 'same' }), batchNorm(), flatten(), dense(3));
    await expect(resumed({ model: wider })).rejects.toThrow(/"theta\/conv1\/weight" is \[3, 2, 3, 3\]/);
    const noNorm = sequential(conv2d({ channels: 3, kernel: 3, padding: 'same' }), flatten(), dense(3));
    await expect(resumed({ model: noNorm })).rejects.toThrow(/checkpoint is of another training/);
  });
});
