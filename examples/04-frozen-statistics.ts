/**
 * Frozen statistics: in the last epochs batch normalization goes by statistics that stay.
 *
 * In training each unit is normalized by the mean and variance of its batch; in use there is no batch, and running
 * averages take their place. Over small batches these are noisy and late: the model that is used is not quite the one
 * that was trained. `freezeStatistics` ends that before training does. From a point on, here for the last two epochs, the
 * network trains with the statistics that it will be used with, those of the whole training set at that moment, and its
 * weights settle around them. A frozen statistic never moves again: the figure is what checkpoints recorded.
 *
 * npm run example -- 04            (a minute)
 * npm run example -- 04 --quick    (fewer images, seconds)
 *
 * Ioffe, Szegedy, "Batch normalization", 2015, section 3.1 and algorithm 2.
 */

import {
  batchNorm,
  cosineDecay,
  dense,
  epochs as epochsOf,
  fashionMnist,
  flatten,
  fraction,
  mnist,
  momentum,
  relu,
  sequential,
  softmaxCrossEntropy,
  standardized,
  statistics,
  steps,
  take,
  train,
} from 'dolina';
import { svg } from 'dolina/plot';
import type { Surroundings } from './example.ts';

/** Its operators are so small that a second thread would mostly wait. */
const oneThread = { threads: 1 };

const full = { images: 5000, test: 5000, epochs: 6, every: 5 };
const quickly = { images: 500, test: 500, epochs: 4, every: 5 };
const frozenEpochs = 2;
const batchSize = 20;

/** The statistics that are drawn: of the first unit of the second normalization. */
const watched = { mean: 'states/norm2/mean', variance: 'states/norm2/variance' };

export async function measure({ engine, quick = false, say = () => {} }: Surroundings): Promise<Measured> {
  const { images, test: tested, epochs, every } = quick ? quickly : full;
  const { training, test } = await (quick ? mnist() : fashionMnist({ standIn: true }));
  const some = take(training, images);
  const measured = statistics(some);
  const from = epochs - frozenEpochs;
  const runs: Recorded[] = [];
  for (const frozen of [true, false]) {
    const recorded: { epoch: number; mean: number; variance: number }[] = [];
    const { history } = await train({
      model: sequential(...[flatten(), dense(64), batchNorm(), relu()], ...[dense(32), batchNorm(), relu()], dense(10)),
      training: standardized(some, measured),
      validation: standardized(take(test, tested), measured),
      ...{ batchSize, epochs, seed: 0, engine, compile: oneThread },
      loss: softmaxCrossEntropy(),
      optimizer: momentum({ learningRate: cosineDecay({ from: 0.03, over: fraction(1) }), momentum: 0.9 }),
      ...(frozen ? { freezeStatistics: { from: epochsOf(from), by: 'exact' } } : {}),
      checkpoints: {
        every: steps(every),
        keepBest: false,
        store: {
          save({ state, tensors }) {
            const first = (name: string) => tensors.get(name)!.values[0]!;
            recorded.push({ epoch: state.epoch, mean: first(watched.mean), variance: first(watched.variance) });
          },
        },
      },
    });
    const losses = history.map(({ epoch, measures }) => ({ epoch, loss: measures['validation/loss']! }));
    say(`${frozen ? 'frozen' : 'running'}: validation loss ${losses.map(({ loss }) => loss.toFixed(4)).join(', ')}`);
    runs.push({ name: frozen ? `frozen from epoch ${from}` : 'running to the end', recorded, losses });
  }
  return { images, data: training.name, from, runs };
}

export function figure({ images, data, from, runs }: Measured): string {
  const curves = (of: 'mean' | 'variance') =>
    runs.toReversed().map(({ name, recorded }) => ({
      name,
      points: recorded.map((at) => [at.epoch, at[of]] as const),
    }));
  return svg({
    title: 'Batch normalization, its statistics frozen for the last epochs',
    remarks: [
      `A network of three dense layers on ${images} images of ${data}, batches of ${batchSize}. Above: what one unit is normalized ` +
        'by in use. Up to the dashed line both runs are the same; there one takes the statistics of the whole training set and keeps them.',
    ],
    xLabel: 'epoch',
    markers: [{ x: from, name: 'frozen from here on' }],
    panels: [
      { title: 'running mean of a unit', series: curves('mean') },
      { title: 'running variance of a unit', series: curves('variance') },
      {
        title: 'validation loss',
        series: runs.toReversed().map(({ name, losses }) => ({
          name,
          dots: true,
          points: losses.map(({ epoch, loss }) => [epoch, loss] as const),
        })),
      },
    ],
  });
}

interface Recorded {
  readonly name: string;
  readonly recorded: readonly { readonly epoch: number; readonly mean: number; readonly variance: number }[];
  readonly losses: readonly { readonly epoch: number; readonly loss: number }[];
}

export interface Measured {
  readonly images: number;
  readonly data: string;
  readonly from: number;
  readonly runs: readonly Recorded[];
}
