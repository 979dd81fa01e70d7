import { beforeAll, describe, expect, it, vi } from 'vitest';
import { OptionError } from '../base/errors.ts';
import { fromArrays } from '../data/from-arrays.ts';
import { dense } from '../nn/layer/dense.ts';
import { meanSquare } from '../nn/loss/mean-square.ts';
import { sgd } from '../optim/sgd.ts';
import type { Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import type { StepEvent, TrainingEvent } from './event.ts';
import { stepsKept } from './event-stream.ts';
import { startRun } from './run.ts';
import { type TrainOptions, train } from './train.ts';
import type { TrainingResult } from './training-result.ts';

const training = fromArrays({ input: [[0], [1], [2], [3]], target: [[1], [3], [5], [7]] });

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});

const line = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  model: dense(1),
  training,
  loss: meanSquare(),
  optimizer: sgd({ learningRate: 0.05 }),
  batchSize: 2,
  epochs: 5,
  engine,
  compile: { threads: 1 },
  ...changes,
});

/** Lets everything else have its turn, a few times. */
async function turns(count = 20): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise((resolve) => setTimeout(resolve, 0));
}

const stepOf = (step: number): StepEvent => ({
  ...{ type: 'step', step, steps: 9, epochs: 9, epoch: 0, examples: 0, time: 0, loss: step },
  ...{ measures: { error: step }, hyper: { learningRate: step }, gradientNorm: 0, clipped: 1 },
});

describe('a run', () => {
  it('tells who iterates the same events as a subscriber, in order, as objects that may be kept', async () => {
    const heard: TrainingEvent[] = [];
    const run = train(line({ on: (event) => heard.push(structuredClone(event)) }));
    const iterated: TrainingEvent[] = [];
    for await (const event of run) iterated.push(event);
    expect(iterated.map(({ type }) => type)).toEqual([
      'start',
      ...Array.from({ length: 5 }, () => ['step', 'step', 'evaluation']).flat(),
      'end',
    ]);
    expect(iterated).toEqual(heard);
    expect(await run).toMatchObject({ status: 'done', step: 10 });
  });

  it('tells one who comes late all but the steps', async () => {
    const run = train(line());
    await run;
    const types: string[] = [];
    for await (const { type } of run) types.push(type);
    expect(types).toEqual(['start', ...Array(5).fill('evaluation'), 'end']);
  });

  it(`keeps the last ${stepsKept} steps for one who is slow, and all other events`, async () => {
    const run = startRun({}, async (_, emit) => {
      await turns(1);
      const event = { ...stepOf(0) } as { -readonly [K in keyof StepEvent]: StepEvent[K] };
      for (let step = 1; step <= stepsKept + 10; step++) {
        event.step = step;
        emit(event);
        if (step === 5) emit({ type: 'evaluation', step, epoch: 1, examples: 0, time: 0, measures: {} });
      }
      return {} as TrainingResult;
    });
    const slow = run[Symbol.asyncIterator]();
    await run;
    const steps: number[] = [];
    const others: string[] = [];
    for await (const event of slow) {
      if (event.type === 'step') steps.push(event.step);
      else others.push(event.type);
    }
    expect(others).toEqual(['evaluation']);
    expect(steps).toEqual(Array.from({ length: stepsKept }, (_, i) => i + 11));
  });

  it('holds after the step that runs, goes on, and comes to the same bits', async () => {
    const plain = await train(line());
    let seen = 0;
    const run = train(
      line({
        on: (event) => {
          if (event.type !== 'step') return;
          seen = event.step;
          if (seen === 4) void run.pause();
        },
      }),
    );
    await run.pause();
    expect(run.paused).toBe(true);
    await turns();
    const before = seen;
    run.resume();
    while (seen < 4) await turns(1);
    await turns();
    expect([before, seen]).toEqual([0, 4]);
    run.resume();
    const { status, model } = await run;
    expect(status).toBe('done');
    expect(model.toSafetensors()).toEqual(plain.model.toSafetensors());
  });

  it('leaves pauses out of its times', async () => {
    const now = performance.now.bind(performance);
    let passed = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now() + passed);
    try {
      const run = train(line());
      await run.pause();
      passed = 1e6;
      run.resume();
      expect((await run).seconds).toBeLessThan(1000);
    } finally {
      clock.mockRestore();
    }
  });

  it('stops while it is paused, and keeps the first reason', async () => {
    const run = train(line());
    await run.pause();
    run.stop('enough');
    run.stop('more than enough');
    expect(await run.result).toMatchObject({ status: 'stopped', reason: 'enough', step: 0 });
    await run.pause();
  });

  it('stops for its abort signal, also where that aborted before', async () => {
    const run = await train(line({ signal: AbortSignal.abort('never mind') }));
    expect(run).toMatchObject({ status: 'stopped', reason: 'never mind', step: 0 });
  });

  it('throws what does not fit where it is awaited and where it is iterated over, and gives it as a result', async () => {
    const bad = () => train(line({ epochs: -1 }));
    await expect(bad()).rejects.toThrow(OptionError);
    const iterate = async () => {
      for await (const event of bad()) throw new Error(`an event came: ${event.type}`);
    };
    await expect(iterate()).rejects.toThrow(/epochs is -1/);
    const result = await bad().result;
    expect(result).toMatchObject({ status: 'failed', step: 0, history: [], measures: {} });
    expect(result.status === 'failed' && result.error).toBeInstanceOf(OptionError);
  });

  it('fails where an error breaks it off: the end says so, and so does the result, with how far it came', async () => {
    const fault = new Error('no');
    const heard: TrainingEvent[] = [];
    const run = train(
      line({
        on: (event) => {
          heard.push(structuredClone(event));
          if (event.type === 'step' && event.step === 3) throw fault;
        },
      }),
    );
    const iterated: TrainingEvent[] = [];
    const iterate = async () => {
      for await (const event of run) iterated.push(event);
    };
    await expect(iterate()).rejects.toBe(fault);
    const end = { type: 'end', status: 'failed', reason: 'no', step: 3, epoch: 1.5, examples: 6 };
    expect(heard.at(-1)).toMatchObject(end);
    expect(iterated.at(-1)).toMatchObject(end);
    const result = await run.result;
    expect(result).toMatchObject({ status: 'failed', reason: 'no', error: fault, step: 3, epoch: 1.5 });
    expect(result.history).toHaveLength(1);
    expect(result.measures['train/loss']).toBe(result.history[0]!.measures['train/loss']);
    await expect(run.then()).rejects.toBe(fault);
  });

  it('goes on where its iteration is left', async () => {
    const run = train(line());
    for await (const event of run) if (event.type === 'step') break;
    expect(await run).toMatchObject({ status: 'done', step: 10 });
  });
});
