import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { EngineError, OptionError, StorageError } from '../../base/errors.ts';
import { fromArrays } from '../../data/from-arrays.ts';
import { withWeights } from '../../data/with-weights.ts';
import { dense } from '../../nn/layer/dense.ts';
import { dropout } from '../../nn/layer/dropout.ts';
import { sequential } from '../../nn/layer/sequential.ts';
import { tanh } from '../../nn/layer/tanh.ts';
import { meanSquare } from '../../nn/loss/mean-square.ts';
import { meanAbsoluteError } from '../../nn/metric/mean-absolute-error.ts';
import { adam } from '../../optim/adam.ts';
import { byGlobalNorm } from '../../optim/clip/by-global-norm.ts';
import { epochs } from '../../optim/schedule/duration.ts';
import { linearDecay } from '../../optim/schedule/linear-decay.ts';
import { sgd } from '../../optim/sgd.ts';
import { sub } from '../../rule/expression.ts';
import { required, rule } from '../../rule/rule.ts';
import { schedule } from '../../rule/schedule.ts';
import type { Engine } from '../../runtime/engine.ts';
import { cpuEngine } from '../../runtime/ort.node.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { TrainingEvent } from '../event.ts';
import { type TrainOptions, train } from '../train.ts';
import type { FailedTraining } from '../training-result.ts';
import type { Order, Report } from './message.ts';
import type { RunWorker, WorkerListener } from './run-worker.ts';
import { serveRuns } from './serve-runs.ts';
import { type ThreadOptions, trainOnThread } from './train-on-thread.ts';

/** Both ends of the line on one thread: what passes is cloned, as between two. */
function localWorker(open = cpuEngine as Parameters<typeof serveRuns>[1]) {
  const { port1, port2 } = new MessageChannel();
  let listener: WorkerListener | undefined;
  port1.onmessage = ({ data }: MessageEvent<Report>) => listener?.report(data);
  serveRuns(
    {
      send: (report, transfer = []) => port2.postMessage(report, [...transfer]),
      onOrder(hear) {
        port2.onmessage = ({ data }: MessageEvent<Order>) => hear(data);
      },
    },
    open,
  );
  const close = () => {
    port1.close();
    port2.close();
  };
  const worker: RunWorker = {
    send: (order, transfer = []) => port1.postMessage(order, [...transfer]),
    listen(other) {
      listener = other;
    },
    hold: () => {},
    terminate: close,
  };
  return { worker, close, crash: (cause: Error) => listener?.failure(cause) };
}

let engine: Engine;
let started: ReturnType<typeof localWorker>[] = [];
const start = (): RunWorker => {
  started.push(localWorker((_, cache) => cpuEngine({ cache })));
  return started.at(-1)!.worker;
};
beforeAll(async () => {
  engine = await cpuEngine();
});
beforeEach(() => {
  started = [];
});
afterEach(async () => {
  await engine.release();
  for (const { close } of started) close();
});

const training = withWeights(
  fromArrays({
    input: Array.from({ length: 20 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]),
    target: Array.from({ length: 20 }, (_, i) => [Math.sin(2 * i)]),
  }),
  Array.from({ length: 20 }, (_, i) => 1 + (i % 3)),
);

const settings = (changes: Partial<TrainOptions & ThreadOptions> = {}): TrainOptions & ThreadOptions => ({
  model: sequential(dense(8), tanh(), dropout(0.2), dense(1)),
  training,
  validation: fromArrays({ input: [[0, 1]], target: [[0]] }),
  loss: meanSquare(),
  metrics: { distance: meanAbsoluteError() },
  optimizer: adam({ learningRate: linearDecay({ from: 0.05, to: 0.01, over: epochs(4) }) }),
  clip: byGlobalNorm(1),
  groups: [{ match: '*bias', learningRateFactor: linearDecay({ from: 2, to: 1, over: epochs(2) }) }],
  batchSize: 6,
  epochs: 5,
  seed: 3,
  engine,
  compile: { threads: 1 },
  ...changes,
});

const timeless = (event: TrainingEvent): object => {
  const { time: _, ...rest } = structuredClone(event) as TrainingEvent & { time?: number };
  if (rest.type === 'evaluation') Reflect.deleteProperty(rest.measures, 'time/examples-per-second');
  return rest;
};

async function told(run: AsyncIterable<TrainingEvent>): Promise<object[]> {
  const events: object[] = [];
  for await (const event of run) events.push(timeless(event));
  return events;
}

describe('training in a worker', () => {
  it('comes to the same bits and tells the same events as on the calling thread', async () => {
    const here = train(settings());
    const there = trainOnThread(settings(), start);
    const [expected, events] = await Promise.all([told(here), told(there)]);
    expect(started).toHaveLength(1);
    expect(events[0]).toEqual({ ...expected[0], thread: 'worker' });
    expect(events.slice(1)).toEqual(expected.slice(1));
    const [a, b] = [await here, await there];
    expect(b.model.toSafetensors()).toEqual(a.model.toSafetensors());
    expect(b.model.toOnnx()).toEqual(a.model.toOnnx());
    expect(await b.model.evaluate(training)).toEqual(await a.model.evaluate(training));
    expect(b.history.map(timeless)).toEqual(a.history.map(timeless));
    expect(b).toMatchObject({ status: 'done', step: 20, epoch: 5 });
  });

  it('starts from parameters that are views of larger memory', async () => {
    const memory = new Float32Array(100).map((_, i) => Math.sin(i));
    const parameters = new Map([
      ['dense1/weight', memory.subarray(10, 26)],
      ['dense1/bias', memory.subarray(30, 38)],
      ['dense2/weight', memory.subarray(40, 48)],
      ['dense2/bias', memory.subarray(50, 51)],
    ]);
    const there = await trainOnThread(settings({ parameters, thread: 'worker' }), start);
    const here = await train(settings({ parameters }) as TrainOptions);
    expect(there.model.toSafetensors()).toEqual(here.model.toSafetensors());
    expect(memory).toEqual(new Float32Array(100).map((_, i) => Math.sin(i)));
  });

  it('keeps the worker, with what it compiled, for the next run on the engine', async () => {
    await trainOnThread(settings(), start);
    await trainOnThread(settings({ seed: 4 }), start);
    expect(started).toHaveLength(1);
    await engine.release();
    await trainOnThread(settings(), start);
    expect(started).toHaveLength(2);
  });

  it('measures once for both sides: what the worker measured, the engine of the caller knows', async () => {
    const heavy = { model: sequential(dense(1024), tanh(), dense(1024), tanh(), dense(1)), epochs: 1 };
    const { compile: _, ...measured } = settings(heavy);
    expect(Object.keys(engine.describe()!.measurements)).toEqual([]);
    await trainOnThread(measured, start);
    const found = engine.describe()!.measurements;
    expect(Object.keys(found).length).toBeGreaterThan(0);
    await train(measured);
    expect(engine.describe()!.measurements).toEqual(found);
  });

  it('holds, goes on and stops as it is told', async () => {
    const steps: number[] = [];
    const run = trainOnThread(
      settings({
        epochs: 1e6,
        on: (event) => {
          if (event.type === 'step') steps.push(event.step);
        },
      }),
      start,
    );
    await run.pause();
    run.resume();
    await run.pause();
    const before = steps.at(-1);
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setTimeout(resolve, 0));
    expect(steps.at(-1)).toBe(before);
    run.resume();
    while (steps.at(-1) === before) await new Promise((resolve) => setTimeout(resolve, 0));
    run.stop('enough');
    const { status, reason, step } = await run;
    expect({ status, reason }).toEqual({ status: 'stopped', reason: 'enough' });
    expect(steps).toEqual(Array.from({ length: step }, (_, i) => i + 1));
  });

  it('throws the errors of the worker as they were thrown there', async () => {
    const error = await trainOnThread(settings({ batchSize: 21 }), start).then(undefined, (thrown) => thrown);
    expect(error).toBeInstanceOf(OptionError);
    expect(error).toMatchObject({
      code: 'data/batch-size',
      place: 'createBatches',
      message: "batchSize is 21, but the data set has 20 examples (createBatches). Give at most 20, or 'all'.",
    });
    const again = await trainOnThread(settings(), start);
    expect(again.status).toBe('done');
    expect(started).toHaveLength(1);
  });

  it('fails where a subscriber throws, and trains again', async () => {
    const fault = new Error('no');
    const on = (event: TrainingEvent) => {
      if (event.type === 'step' && event.step === 3) throw fault;
    };
    const result = await trainOnThread(settings({ epochs: 1e6, on }), start).result;
    expect(result).toMatchObject({ status: 'failed', error: fault, step: 3 });
    expect(await trainOnThread(settings(), start)).toMatchObject({ status: 'done', step: 20 });
  });

  it('fails with one error where the worker breaks down', async () => {
    const cause = new Error('out of memory');
    const run = trainOnThread(
      settings({
        epochs: 1e6,
        on: (event) => {
          if (event.type === 'start') started[0]!.crash(cause);
        },
      }),
      start,
    );
    const result = await run.result;
    expect(result.status).toBe('failed');
    const { error } = result as FailedTraining;
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ code: 'worker/crashed', cause });
  });

  it('hands checkpoints to the store of the caller, goes on from one to the same bits, and fails where it refuses', async () => {
    const saved: Checkpoint[] = [];
    const store = { save: (checkpoint: Checkpoint) => void saved.push(checkpoint) };
    const whole = await trainOnThread(settings({ checkpoints: { every: epochs(1), store }, thread: 'worker' }), start);
    expect(saved.map(({ state }) => state.step)).toEqual([4, 8, 12, 16, 20]);
    const resumed = await trainOnThread(settings({ resume: saved[1]!, thread: 'worker' }), start);
    expect(resumed.model.toSafetensors()).toEqual(whole.model.toSafetensors());
    expect(resumed.history).toHaveLength(5);

    const refusal = new StorageError('storage/refused', 'the disk is full', { place: 'a/b' });
    const full = { save: () => Promise.reject(refusal) };
    const result = await trainOnThread(settings({ checkpoints: { every: epochs(1), store: full } }), start).result;
    expect(result.status).toBe('failed');
    const { error } = result as FailedTraining;
    expect(error).toBeInstanceOf(StorageError);
    expect(error).toMatchObject({ code: 'storage/refused', message: refusal.message, place: 'a/b' });
  });
});

const ownRule = rule({
  name: 'ownRule',
  slots: {},
  hyper: { learningRate: required },
  update: ({ theta, g }) => ({ theta: sub(theta, g) }),
});
const ownSchedule = schedule<{ from: number }>({
  name: 'ownSchedule',
  complete: (options) => options,
  at: ({ from }) => from,
  bounds: ({ from }) => [from, from],
});

describe('what cannot be handed to a worker', () => {
  it.each<[string, Partial<TrainOptions>, RegExp]>([
    ['a model', { model: (scope, x) => scope.apply(dense(1), x), groups: [] }, /model is a function/],
    [
      'a match',
      { groups: [{ match: ({ name }) => name.endsWith('bias'), weightDecay: 0 }] },
      /groups\.0\.match is a function/,
    ],
    ['a rule', { optimizer: ownRule({ learningRate: 0.1 }) }, /optimizer is "ownRule", which your code defines/],
    [
      'a schedule',
      { optimizer: sgd({ learningRate: ownSchedule({ from: 0.1 }) }) },
      /optimizer\.learningRate is "ownSchedule"/,
    ],
    ['a clock', { clock: () => 0 }, /clock is a function/],
  ])(
    '%s of the user: it is trained on the calling thread, and refused where a worker is asked for',
    async (_, changes, message) => {
      const run = trainOnThread(settings({ ...changes, epochs: 1 }), start);
      const [first] = await told(run);
      expect(first).toMatchObject({ type: 'start', thread: 'caller' });
      const refused = trainOnThread(settings({ ...changes, thread: 'worker' }), start);
      await expect(refused).rejects.toThrow(message);
      await expect(refused).rejects.toMatchObject({ code: 'worker/code' });
      expect(started).toHaveLength(0);
    },
  );

  it('an engine whose cache cannot be listed', async () => {
    const own = await cpuEngine({ cache: { get: () => undefined, set: () => {} } });
    const refused = trainOnThread(settings({ engine: own, thread: 'worker' }), start);
    await expect(refused).rejects.toThrow(/its cache has no entries/);
    await own.release();
  });

  it.each<[string, () => RunWorker]>([
    [
      'does not start',
      () => {
        throw new Error('no workers here');
      },
    ],
    ['has no engine', () => localWorker(() => Promise.reject(new Error('no workers here'))).worker],
  ])(
    'a worker that %s: training goes on here with a warning, and is refused where a worker is asked for',
    async (_, broken) => {
      const events = await told(trainOnThread(settings(), broken));
      expect(events[0]).toMatchObject({ type: 'start', thread: 'caller' });
      expect(events[1]).toMatchObject({
        type: 'warning',
        code: 'no-worker',
        message: expect.stringMatching(/no workers here/),
      });
      expect(events.at(-1)).toMatchObject({ type: 'end', status: 'done' });
      const refused = trainOnThread(settings({ thread: 'worker' }), broken);
      await expect(refused).rejects.toMatchObject({ code: 'worker/unavailable' });
    },
  );

  it('an unknown thread is refused', async () => {
    await expect(trainOnThread(settings({ thread: 'main' as never }), start)).rejects.toThrow(/thread is "main"/);
  });
});
