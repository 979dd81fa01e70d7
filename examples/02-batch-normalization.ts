/**
 * Batch normalization: a network of 20 sigmoid layers that does not train without it trains with it, at learning rates and
 * first weights that differ by powers of ten.
 *
 * A sigmoid layer shrinks what passes: its slope is at most 1/4. After twenty of them hardly anything of the input reaches
 * the output, and hardly anything of the gradient comes back, unless the first weights are just large enough to make up for
 * it. Normalizing each unit over the batch does that at every step, whatever the weights. So the figure shows both
 * networks over a whole grid of rates and scales, and each is given the best that the grid has.
 *
 * npm run example -- 02            (2 minutes)
 * npm run example -- 02 --quick    (a corner of the grid, seconds)
 *
 * Ioffe, Szegedy, "Batch normalization: accelerating deep network training by reducing internal covariate shift", 2015.
 */

import {
  batchNorm,
  dense,
  fashionMnist,
  flatten,
  type Layer,
  mnist,
  sequential,
  sgd,
  sigmoid,
  softmaxCrossEntropy,
  standardized,
  statistics,
  take,
  train,
  varianceScaling,
} from 'dolina';
import { svg } from 'dolina/plot';
import type { Surroundings } from './example.ts';

/** Its operators are so small that a second thread would mostly wait. */
const oneThread = { threads: 1 };

const full = { steps: 400, rates: [0.01, 0.1, 1, 10], scales: [0.5, 1, 2, 4, 8, 16, 32] };
const quickly = { steps: 200, rates: [0.1, 1], scales: [1, 8] };

/** `scale` 1 is Xavier's variance for the first weights of the hidden layers. */
function network(normalized: boolean, scale: number): Layer {
  const weightInitializer = varianceScaling({ factor: scale ** 2, mode: 'fanAverage' });
  const hidden = Array.from({ length: 19 }, () => [
    dense(64, { weightInitializer }),
    ...(normalized ? [batchNorm()] : []),
    sigmoid(),
  ]);
  return sequential(flatten(), ...hidden.flat(), dense(10));
}

export async function measure({ engine, quick = false, say = () => {} }: Surroundings): Promise<Measured> {
  const { steps, rates, scales } = quick ? quickly : full;
  const { training } = await (quick ? mnist() : fashionMnist({ standIn: true }));
  const some = take(training, 5000);
  const runs: Run[] = [];
  for (const normalized of [true, false]) {
    for (const scale of scales) {
      for (const rate of rates) {
        const losses: number[] = [];
        const { status } = await train({
          model: network(normalized, scale),
          training: standardized(some, statistics(some)),
          ...{ batchSize: 64, dropLast: true, epochs: steps, steps, seed: 0, engine, compile: oneThread },
          loss: softmaxCrossEntropy(),
          optimizer: sgd({ learningRate: rate }),
          on(event) {
            if (event.type === 'step') losses.push(event.loss);
          },
        });
        const final = status === 'diverged' ? null : mean(losses.slice(-50));
        say(`${normalized ? 'with' : 'without'}, scale ${scale}, rate ${rate}: ${final?.toFixed(3) ?? 'diverged'}`);
        runs.push({ normalized, scale, rate, final, losses });
      }
    }
  }
  return { steps, data: training.name, runs };
}

export function figure({ steps, data, runs }: Measured): string {
  const of = (normalized: boolean) => runs.filter((run) => run.normalized === normalized);
  const [best, bare] = [bestOf(of(true))!, bestOf(of(false))!];
  const usual = bestOf(of(false).filter(({ scale }) => scale === 1))!;
  const curve = (name: string, { losses }: Run) => ({
    name,
    points: windows(losses, 20).map((loss, i) => [20 * i + 10, loss] as const),
  });
  /** The best final loss for each value on one axis of the grid, over the other. */
  const over = (axis: 'rate' | 'scale') =>
    [true, false].map((normalized) => ({
      name: normalized ? 'with normalization' : 'without',
      dots: true,
      points: [...new Set(runs.map((run) => run[axis]))].map((at) => {
        const found = bestOf(of(normalized).filter((run) => run[axis] === at));
        return [at, found?.final ?? Number.NaN] as const;
      }),
    }));
  return svg({
    title: 'Twenty sigmoid layers, with and without batch normalization',
    remarks: [
      `Loss on 5000 training images of ${data} over the first ${steps} steps of stochastic gradient descent with batches of 64. ` +
        "Guessing costs ln 10 = 2.303. Scale 1 means first weights of Xavier's variance; scale s multiplies them by s. The final loss " +
        'is the mean over the last 50 steps; each dot is the best run of the grid that has its rate, or its scale.',
    ],
    xLabel: 'step',
    panels: [
      {
        title: 'training loss',
        series: [
          curve(`with (scale ${best.scale}, rate ${best.rate})`, best),
          curve(`without, at its best (${bare.scale}, ${bare.rate})`, bare),
          curve(`without (1, ${usual.rate})`, usual),
        ],
      },
      {
        title: 'final loss by learning rate',
        x: { label: 'learning rate', scale: 'log' },
        series: over('rate'),
      },
      {
        title: 'final loss by scale of the first weights',
        x: { label: 'scale of the first weights (1: Xavier)', scale: 'log' },
        series: over('scale'),
      },
    ],
  });
}

function bestOf(runs: readonly Run[]): Run | undefined {
  const ended = runs.filter(({ final }) => final !== null);
  return ended.sort((a, b) => a.final! - b.final!)[0];
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

function windows(values: readonly number[], length: number): number[] {
  return Array.from({ length: Math.floor(values.length / length) }, (_, i) =>
    mean(values.slice(i * length, (i + 1) * length)),
  );
}

interface Run {
  readonly normalized: boolean;
  readonly scale: number;
  readonly rate: number;
  /** Mean loss over the last 50 steps; null where the run diverged. */
  readonly final: number | null;
  readonly losses: readonly number[];
}

export interface Measured {
  readonly steps: number;
  readonly data: string;
  readonly runs: readonly Run[];
}
