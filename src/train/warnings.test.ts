import { beforeAll, describe, expect, it } from 'vitest';
import { fromArrays } from '../data/from-arrays.ts';
import { constant } from '../nn/init/constant.ts';
import { dense } from '../nn/layer/dense.ts';
import { relu } from '../nn/layer/relu.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { meanSquare } from '../nn/loss/mean-square.ts';
import { rprop } from '../optim/rprop.ts';
import { reduceOnPlateau } from '../optim/schedule/reduce-on-plateau.ts';
import { sgd } from '../optim/sgd.ts';
import type { Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import type { TrainingEvent } from './event.ts';
import { type TrainOptions, train } from './train.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});

const input = Array.from({ length: 12 }, (_, i) => [Math.sin(i), Math.cos(2 * i)]);
const training = fromArrays({ input, target: input.map(([a, b]) => [a! - b!]) });

async function eventsOf(options: Partial<TrainOptions>): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = [];
  await train({
    ...{ model: sequential(dense(4), relu(), dense(1)), training, loss: meanSquare(), batchSize: 4, epochs: 1 },
    ...{ optimizer: sgd({ learningRate: 0.1 }), engine, compile: { threads: 1 }, ...options },
    // Events of steps are reused.
    on: (event) => events.push({ ...event }),
  });
  return events;
}

const warnings = (events: readonly TrainingEvent[]) => events.filter((event) => event.type === 'warning');

describe('before the first step', () => {
  it('rprop on minibatches is warned about, between the start and the first step, and on the whole set it is not', async () => {
    const events = await eventsOf({ optimizer: rprop() });
    expect(warnings(events)).toMatchObject([
      { code: 'whole-set', message: expect.stringMatching(/batches of 4 of 12/) },
    ]);
    expect(events.slice(0, 3).map(({ type }) => type)).toEqual(['start', 'warning', 'step']);
    expect(warnings(await eventsOf({ optimizer: rprop(), batchSize: 'all' }))).toEqual([]);
  });

  it('units that would stay identical are named with their layer', async () => {
    const model = sequential(
      dense(4, { weightInitializer: constant(0.1) }),
      relu(),
      dense(1, { weightInitializer: constant(1) }),
    );
    expect(warnings(await eventsOf({ model }))).toMatchObject([
      { code: 'identical-units', message: expect.stringMatching(/^dense1\/weight: units 0, 1, 2 and 3 start/) },
    ]);
    expect(warnings(await eventsOf({}))).toEqual([]);
  });
});

describe('reduceOnPlateau in training', () => {
  it('follows the measures of the evaluations so far', async () => {
    // With a goal that no loss meets, every evaluation after the first is one without improvement.
    const learningRate = reduceOnPlateau({
      ...{ from: 0.01, monitor: 'train/loss', patience: 2, factor: 0.5, minDelta: 1e3, relative: false },
    });
    const events = await eventsOf({ optimizer: sgd({ learningRate }), epochs: 7 });
    const rates = events.flatMap((event) =>
      event.type === 'evaluation' ? [event.measures['optim/learning-rate']] : [],
    );
    expect(rates).toEqual([0.01, 0.01, 0.01, 0.005, 0.005, 0.0025, 0.0025]);
  });
});
