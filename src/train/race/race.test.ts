import { beforeAll, describe, expect, it } from 'vitest';
import { key, RandomStream } from '../../base/random.ts';
import type { Dataset } from '../../data/dataset.ts';
import { fromArrays } from '../../data/from-arrays.ts';
import { dense } from '../../nn/layer/dense.ts';
import { dropout } from '../../nn/layer/dropout.ts';
import { relu } from '../../nn/layer/relu.ts';
import { sequential } from '../../nn/layer/sequential.ts';
import { softmaxCrossEntropy } from '../../nn/loss/softmax-cross-entropy.ts';
import { zeroOne } from '../../nn/metric/zero-one.ts';
import type { Engine } from '../../runtime/engine.ts';
import { cpuEngine } from '../../runtime/ort.node.ts';
import type { RaceEvent } from './event.ts';
import { type RaceOptions, race } from './race.ts';

/** Three clouds of points in the plane, half a unit wide and two apart. */
function clouds(size: number, seed: number): Dataset {
  const stream = new RandomStream(key(seed));
  const centres = [
    [0, 1],
    [-1, -1],
    [1, -1],
  ] as const;
  const input = Float32Array.from({ length: 2 * size }, (_, i) => {
    return centres[Math.floor(i / 2) % 3]![i % 2]! + 0.5 * stream.normal();
  });
  return fromArrays({
    name: 'clouds',
    input,
    inputShape: [2],
    target: Int32Array.from({ length: size }, (_, i) => i % 3),
    classes: 3,
  });
}

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});

const common = () =>
  ({
    model: sequential(dense(8), relu(), dropout(0.2), dense(3)),
    training: clouds(60, 1),
    validation: clouds(30, 2),
    loss: softmaxCrossEntropy(),
    metrics: { error: zeroOne() },
    batchSize: 16,
    epochs: 3,
    seed: 5,
    engine,
    compile: { threads: 1 },
  }) satisfies Partial<RaceOptions>;

/** The training events of each race run, by lane and seed. */
function stepsOf(events: readonly RaceEvent[]) {
  const runs = new Map<string, { losses: number[]; norms: number[] }>();
  return {
    runs,
    hear(event: RaceEvent) {
      if (event.type !== 'training' || event.event.type !== 'step' || event.run.phase !== 'race') return;
      const name = `${event.run.lane} ${event.run.seed}`;
      const run = runs.get(name) ?? { losses: [], norms: [] };
      runs.set(name, run);
      run.losses.push(event.event.loss);
      run.norms.push(event.event.gradientNorm);
    },
    events,
  };
}

describe('race', () => {
  it('starts every lane from the same parameters and shows it the same batches in the same order, to the bit', async () => {
    const orders = new Map<string, number[][]>();
    let current = '';
    const training = clouds(60, 1);
    const watched: Dataset = {
      ...training,
      copy(indices, input, target) {
        orders.get(current)?.push(Array.from(indices));
        training.copy(indices, input, target);
      },
    };
    const heard = stepsOf([]);
    // Rates of zero: parameters stay what they were at the start, and every loss of a run tells of them.
    const result = await race({
      ...common(),
      training: watched,
      lanes: ['sgd', 'momentum', 'nesterov', 'adam'].map((optimizer) => ({ optimizer, learningRate: 0 })),
      on: [
        heard.hear,
        (event) => {
          if (event.type !== 'runStart') return;
          current = `${event.run.lane} ${event.run.seed}`;
          orders.set(current, []);
        },
      ],
    });
    expect(result.status).toBe('done');
    expect(result.plan.seeds).toEqual([5, 6, 7]);
    for (const seed of [5, 6, 7]) {
      const first = heard.runs.get(`sgd ${seed}`)!;
      expect(first.losses).toHaveLength(12);
      expect(orders.get(`sgd ${seed}`)).toHaveLength(12);
      for (const lane of ['momentum', 'nesterov', 'adam']) {
        expect(heard.runs.get(`${lane} ${seed}`)).toEqual(first);
        expect(orders.get(`${lane} ${seed}`)).toEqual(orders.get(`sgd ${seed}`));
      }
    }
    expect(heard.runs.get('sgd 6')).not.toEqual(heard.runs.get('sgd 5'));
    expect(orders.get('sgd 6')).not.toEqual(orders.get('sgd 5'));
    expect(result.ranking.lanes.every(({ rank, tiedWith }) => rank === 1 && tiedWith.length === 3)).toBe(true);
  });

  it('makes the first step of different rules on the same loss and gradient', async () => {
    const heard = stepsOf([]);
    await race({
      ...common(),
      lanes: ['sgd', 'momentum', 'nesterov', 'adam'].map((optimizer) => ({ optimizer, learningRate: 0.05 })),
      on: heard.hear,
    });
    for (const seed of [5, 6, 7]) {
      const { losses, norms } = heard.runs.get(`sgd ${seed}`)!;
      for (const lane of ['momentum', 'nesterov', 'adam']) {
        const other = heard.runs.get(`${lane} ${seed}`)!;
        expect([other.losses[0], other.norms[0]]).toEqual([losses[0], norms[0]]);
        expect(other.losses.at(-1)).not.toBe(losses.at(-1));
      }
    }
  });

  it('tunes each rate under a seed that is not raced, and races at the best one that it found', async () => {
    const events: RaceEvent[] = [];
    const result = await race({
      ...common(),
      lanes: ['sgd', 'adam', { optimizer: 'momentum', learningRate: 0.05 }],
      tuning: { points: 3, pointsPerDecade: 1, mostPoints: 6, epochs: 1 },
      on: (event) => {
        if (event.type !== 'training') events.push(event);
      },
    });
    expect(result.plan.tuning).toEqual({ seed: 8, steps: 4, points: 3, pointsPerDecade: 1, mostPoints: 6 });
    expect(result.tunings.map(({ lane }) => lane)).toEqual(['sgd', 'adam']);
    const runs = events.flatMap((event) => (event.type === 'runStart' ? event.run : []));
    expect(runs.filter(({ phase }) => phase === 'tuning').every(({ seed }) => seed === 8)).toBe(true);
    for (const { lane, points, learningRate } of result.tunings) {
      const best = points.toSorted((a, b) => a.value! - b.value! || a.loss! - b.loss!)[0]!;
      expect(learningRate).toBe(best.learningRate);
      expect(points.every(({ step }) => step === 4)).toBe(true);
      expect(result.lanes.find((one) => one.lane.name === lane)!.learningRate).toBe(learningRate);
    }
    expect(result.lanes[2]).toMatchObject({ lane: { rate: 'given' }, learningRate: 0.05 });
    expect(result.lanes.every((lane) => lane.runs.map(({ seed }) => seed).join() === '5,6,7')).toBe(true);
    const types = new Set(events.map(({ type }) => type));
    expect([...types]).toEqual(['plan', 'rates', 'runStart', 'tuningRun', 'tuned', 'laneRun', 'end']);
    const last = runs.at(-1)!;
    expect([last.number, last.of]).toEqual([9, 9]);
  });

  it('keeps count of the steps to come: all are done at the end, whatever the grids became', async () => {
    let planned = 0;
    let done = 0;
    await race({
      ...common(),
      lanes: ['sgd', 'adam'],
      tuning: { points: 3, pointsPerDecade: 2, mostPoints: 5, epochs: 0.5 },
      on: (event) => {
        if (event.type === 'runStart') ({ stepsPlanned: planned, stepsDone: done } = event.progress);
      },
    });
    // The last run of twelve steps is still to come.
    expect(planned - done).toBe(12);
  });

  it('compiles nothing once the first look is over: all lanes share its programs', async () => {
    const own = await cpuEngine();
    let before = 0;
    await race({
      ...common(),
      engine: own,
      lanes: ['sgd', 'momentum', 'adam'],
      tuning: { points: 3, pointsPerDecade: 1, mostPoints: 3, epochs: 1 },
      on: (event) => {
        if (event.type === 'plan') before = own.compilations;
      },
    });
    expect(before).toBeGreaterThan(0);
    expect(own.compilations).toBe(before);
    await own.release();
  });

  it('takes turns in who goes first', async () => {
    const order: string[] = [];
    await race({
      ...common(),
      epochs: 1,
      lanes: ['sgd', 'momentum', 'adam'].map((optimizer) => ({ optimizer, learningRate: 0.01 })),
      on: (event) => {
        if (event.type === 'laneRun') order.push(`${event.run.seed} ${event.run.lane}`);
      },
    });
    expect(order).toEqual([
      ...['5 sgd', '5 momentum', '5 adam', '6 momentum', '6 adam', '6 sgd', '7 adam', '7 sgd', '7 momentum'],
    ]);
  });

  it('goes on without a lane that diverges everywhere, and is diverged itself where all lanes are', async () => {
    const hopeless = { optimizer: 'sgd', learningRate: 1e38 };
    const one = await race({ ...common(), lanes: [hopeless, { optimizer: 'adam', learningRate: 0.01 }] });
    expect(one.status).toBe('done');
    expect(one.ranking.lanes.map(({ lane, diverged }) => [lane, diverged])).toEqual([
      ['adam', 0],
      ['sgd', 3],
    ]);
    expect(one.lanes[0]!.runs[0]!.reason).toMatch(/^diverged at step \d+/);
    const all = await race({ ...common(), lanes: [hopeless] });
    expect(all).toMatchObject({ status: 'diverged', reason: 'every run of every lane diverged' });
    expect(all.ranking.target).toBeUndefined();
  });

  it('races one optimizer alone, by the loss where there is no metric', async () => {
    const { metrics: _, ...rest } = common();
    const result = await race({ ...rest, lanes: ['adam'], tuning: false });
    expect(result.plan.measure).toEqual({ tag: 'validation/loss', better: 'lower' });
    expect(result.plan.tuning).toBeUndefined();
    expect(result.ranking.lanes).toMatchObject([{ lane: 'adam', rank: 1, tiedWith: [], diverged: 0 }]);
  });

  it('records where a run started, each evaluation, and the mean loss over windows, by seconds of training alone', async () => {
    const { lanes } = await race({ ...common(), lanes: [{ optimizer: 'adam', learningRate: 0.01 }] });
    const { curve, step } = lanes[0]!.runs[0]!;
    expect(step).toBe(12);
    expect(curve.evaluations.map((point) => point.step)).toEqual([0, 4, 8, 12]);
    expect(curve.evaluations.every(({ measures }) => measures['validation/error']! <= 1)).toBe(true);
    expect(curve.losses).toHaveLength(12);
    const seconds = curve.losses.map((point) => point.seconds);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  });

  it('stops at a signal after the step, and ranks by the seeds that are complete', async () => {
    const controller = new AbortController();
    const result = await race({
      ...common(),
      lanes: [
        { optimizer: 'adam', learningRate: 0.01 },
        { optimizer: 'sgd', learningRate: 0.1 },
      ],
      signal: controller.signal,
      on: (event) => {
        if (event.type === 'training' && event.event.type === 'step' && event.run.seed === 6 && event.event.step === 2)
          controller.abort('stopped by hand');
      },
    });
    expect(result).toMatchObject({ status: 'stopped', reason: 'stopped by hand' });
    expect(result.ranking.seeds).toEqual([5]);
    expect(result.lanes[1]!.runs.map(({ status }) => status)).toEqual(['done', 'stopped']);
  });

  it('refuses fewer than three seeds, a tuning seed that is raced, and a race without a validation set', async () => {
    await expect(race({ ...common(), lanes: ['adam'], seeds: 2 })).rejects.toThrow(/seeds is 2.*at least 3/);
    await expect(race({ ...common(), lanes: ['adam'], tuning: { seed: 6 } })).rejects.toThrow(/one of the race's/);
    await expect(race({ ...common(), lanes: ['adam'], validation: undefined! })).rejects.toThrow(/validation/);
    await expect(race({ ...common(), lanes: ['adam'], measure: 'eror' })).rejects.toThrow(/Did you mean "error"/);
    const unknown = { lane: ['adam'] } as object;
    await expect(race({ ...common(), ...unknown, lanes: ['adam'] })).rejects.toThrow(/unknown option "lane"/);
  });
});
