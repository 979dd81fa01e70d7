/** Trains the fixture's network in a Web Worker and in the page, and counts the timer's turns meanwhile. */

import {
  adam,
  averagePool2d,
  conv2d,
  dense,
  flatten,
  fromArrays,
  inOrder,
  maxPool2d,
  meanSquare,
  relu,
  sequential,
  sgd,
  softmaxCrossEntropy,
  type ThreadOptions,
  type TrainOptions,
  tanh,
  train,
  wasmEngine,
  zeroOne,
} from '../../src/index.ts';
import { type CnnFixture, startOf, tenImages } from '../fixtures/train/cnn.ts';

export interface TrainedInWorker {
  readonly isolated: boolean;
  readonly threads: readonly string[];
  readonly losses: readonly number[];
  /** Whether both threads came to the same parameters. */
  readonly same: boolean;
  /** Turns of a 1 ms timer during the same ten steps. */
  readonly turns: { readonly worker: number; readonly caller: number };
  /** How a run ended that was paused, resumed and stopped. */
  readonly ended: string;
}

/** The fixture's network as data: without the two channels that its function computes and leaves out. */
const cnn = sequential(
  ...[conv2d({ channels: 2, kernel: 3, padding: 'same' }), relu(), maxPool2d(2)],
  ...[conv2d({ channels: 5, kernel: 3, padding: 'same' }), tanh(), averagePool2d(2)],
  ...[flatten(), dense(3)],
);

function startOfTwoChannels(fixture: CnnFixture): Map<string, Float32Array> {
  const start = startOf(fixture);
  for (const name of ['conv1/weight', 'conv1/bias']) {
    const values = start.get(name)!;
    start.set(name, values.subarray(0, values.length / 2));
  }
  return start;
}

export default async function run(fixture: CnnFixture): Promise<TrainedInWorker> {
  const engine = await wasmEngine({ threads: 1 });
  const threads: string[] = [];
  const losses: number[] = [];
  const training = tenImages(fixture);
  const settings: TrainOptions = {
    ...{ model: cnn, training, validation: training, loss: softmaxCrossEntropy(), metrics: { error: zeroOne() } },
    ...{ optimizer: adam({ learningRate: 0.01 }), batchSize: 4, epochs: 10, sampler: inOrder(), engine },
    parameters: startOfTwoChannels(fixture),
  };
  const there = train({ ...settings, thread: 'worker' });
  for await (const event of there) {
    if (event.type === 'start') threads.push(event.thread);
    if (event.type === 'step') losses.push(event.loss);
  }
  const here = train({ ...settings, thread: 'caller' });
  for await (const event of here) if (event.type === 'start') threads.push(event.thread);
  const bytes = (await there).model.toSafetensors();
  const same = (await here).model.toSafetensors().every((byte, i) => byte === bytes[i]);

  const turns = { worker: await turnsOf('worker'), caller: await turnsOf('caller') };

  const endless = train({ ...settings, epochs: 1e6 });
  await endless.pause();
  endless.resume();
  endless.stop('enough');
  const { status, reason } = await endless;
  await engine.release();
  return { isolated: crossOriginIsolated, threads, losses, same, turns, ended: `${status}: ${reason}` };

  async function turnsOf(thread: ThreadOptions['thread'] & string): Promise<number> {
    let [turns, timer] = [0, 0];
    const wide = train({
      model: sequential(dense(700), relu(), dense(700), relu(), dense(1)),
      training: fromArrays({ input: Array.from({ length: 64 }, (_, i) => [i / 64]), target: new Float32Array(64) }),
      ...{ loss: meanSquare(), optimizer: sgd({ learningRate: 1e-3 }), batchSize: 64, steps: 10, epochs: 10 },
      ...{ engine, thread },
    });
    for await (const { type } of wide) if (type === 'start') timer = window.setInterval(() => turns++, 1);
    window.clearInterval(timer);
    return turns;
  }
}
