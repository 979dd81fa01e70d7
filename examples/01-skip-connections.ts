/**
 * Skip connections: why a network of 56 layers trains with them and hardly trains without.
 *
 * Two networks with the same layers, first weights, batches and learning rate: ResNet-56 of He et al., and the same without
 * its skips, so that each block replaces what came before it instead of adding to it. Both have batch normalization, which
 * keeps the signal in range on its way forward. On its way back it does not keep the gradient: without skips the first one
 * is longer by two powers of ten than with them. The claim is about optimization, so the figure shows the loss on the
 * training images themselves.
 *
 * npm run example -- 01            (5 minutes where nothing else runs)
 * npm run example -- 01 --quick    (20 layers with smaller pictures, seconds)
 *
 * He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2016, figures 1 and 6.
 */

import {
  averagePool2d,
  fashionMnist,
  mnist,
  momentum,
  sequential,
  softmaxCrossEntropy,
  standardized,
  statistics,
  take,
  train,
} from 'dolina';
import { resnet } from 'dolina/models';
import { svg } from 'dolina/plot';
import type { Surroundings } from './example.ts';

const full = { depth: 56, channels: 16, images: 5000, epochs: 3, shrink: 1 };
const quickly = { depth: 20, channels: 4, images: 640, epochs: 4, shrink: 2 };

export async function measure({ engine, quick = false, say = () => {} }: Surroundings): Promise<Measured> {
  const { depth, channels, images, epochs, shrink } = quick ? quickly : full;
  const { training } = await (quick ? mnist() : fashionMnist({ standIn: true }));
  const some = take(training, images);
  const lanes: Lane[] = [];
  for (const skips of [true, false]) {
    const name = skips ? 'with skips' : 'without skips';
    const losses: number[] = [];
    const norms: number[] = [];
    const means: number[] = [];
    const network = resnet({ depth, classes: 10, channels, skips });
    await train({
      model: shrink === 1 ? network : sequential(averagePool2d(shrink), network),
      training: standardized(some, statistics(some)),
      ...{ batchSize: 64, dropLast: true, epochs, seed: 0, engine },
      loss: softmaxCrossEntropy(),
      optimizer: momentum({ learningRate: 0.05, momentum: 0.9 }),
      on(event) {
        if (event.type === 'step') {
          losses.push(event.loss);
          norms.push(event.gradientNorm);
        }
        if (event.type !== 'evaluation') return;
        means.push(event.measures['train/loss']!);
        say(`${name}: epoch ${event.epoch}, training loss ${means.at(-1)!.toFixed(4)}`);
      },
    });
    lanes.push({ name, losses, norms, means });
  }
  return { depth, images, data: training.name, lanes };
}

export function figure({ depth, images, data, lanes }: Measured): string {
  const epochOf = (step: number, { losses, means }: Lane) => ((step + 1) * means.length) / losses.length;
  return svg({
    title: `${depth} layers, with and without skip connections`,
    remarks: [
      `ResNet-${depth} and the same layers without the skips, on ${images} images of ${data}: equal first weights, batches and ` +
        'learning rate (momentum 0.9, rate 0.05, batches of 64). Thin lines are single batches, thick ones means over an epoch.',
    ],
    xLabel: 'epoch (passes over the training images)',
    panels: [
      {
        title: 'training loss (cross-entropy, nats)',
        scale: 'log',
        series: lanes.flatMap((lane) => [
          {
            name: `${lane.name}, single steps`,
            faint: true,
            of: lane.name,
            points: lane.losses.map((loss, step) => [epochOf(step, lane), loss] as const),
          },
          { name: lane.name, dots: true, points: lane.means.map((loss, epoch) => [epoch + 1, loss] as const) },
        ]),
      },
      {
        title: 'norm of the gradient',
        scale: 'log',
        series: lanes.map((lane) => ({
          name: lane.name,
          points: lane.norms.map((norm, step) => [epochOf(step, lane), norm] as const),
        })),
      },
    ],
  });
}

interface Lane {
  readonly name: string;
  /** Of every batch, before its update. */
  readonly losses: readonly number[];
  /** Of the whole gradient, by step. */
  readonly norms: readonly number[];
  /** Of the loss, over each epoch. */
  readonly means: readonly number[];
}

export interface Measured {
  readonly depth: number;
  readonly images: number;
  readonly data: string;
  readonly lanes: readonly Lane[];
}
