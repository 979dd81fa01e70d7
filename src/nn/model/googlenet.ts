import { auxiliary } from '../layer/auxiliary.ts';
import { batchNorm } from '../layer/batch-norm.ts';
import { conv2d } from '../layer/conv2d.ts';
import { dense } from '../layer/dense.ts';
import { globalAveragePool2d } from '../layer/global-average-pool2d.ts';
import { maxPool2d } from '../layer/max-pool2d.ts';
import { parallel } from '../layer/parallel.ts';
import { relu } from '../layer/relu.ts';
import { type Sequential, sequential } from '../layer/sequential.ts';
import type { Layer } from '../layer.ts';

export interface GoogLeNetOptions {
  readonly classes: number;
  /** Channels of the stem; everything else is in proportion. Default 32. */
  readonly channels?: number;
  /** The weight of each auxiliary head's loss in training; 0 leaves the heads out. Default 0.3, as in the paper. */
  readonly auxiliaryWeight?: number;
}

/**
 * A small GoogLeNet for images of CIFAR's size: a stem, three stages of two inception modules, and after the first and the
 * second stage an auxiliary head, which is dropped after training. With batch normalization, as in its successors.
 *
 * x [N, C, H, W] → [N, classes]; H and W of at least 4.
 *
 * @example googlenet({ classes: 10 })
 *
 * Szegedy et al., "Going deeper with convolutions", 2015.
 */
export function googlenet({ classes, channels = 32, auxiliaryWeight = 0.3 }: GoogLeNetOptions): Sequential {
  const head = () => sequential(globalAveragePool2d(), dense(classes));
  const aided = auxiliaryWeight > 0 ? [() => auxiliary(head(), { weight: auxiliaryWeight })] : [];
  const stage = (width: number) => [inception(width), inception(width)];
  return sequential(
    convolution(channels, 3),
    ...stage(channels),
    ...aided.map((build) => build()),
    maxPool2d(2),
    ...stage(2 * channels),
    ...aided.map((build) => build()),
    maxPool2d(2),
    ...stage(4 * channels),
    head(),
  );
}

/** Four ways to look at the same place, side by side: 1 × 1, 3 × 3 and 5 × 5 behind a narrowing 1 × 1, and a pooled one. */
function inception(width: number): Layer {
  const quarter = Math.max(1, Math.floor(width / 4));
  const eighth = Math.max(1, Math.floor(width / 8));
  return parallel([
    convolution(quarter, 1),
    sequential(convolution(quarter, 1), convolution(2 * quarter, 3)),
    sequential(convolution(eighth, 1), convolution(eighth, 5)),
    sequential(maxPool2d({ kernel: 3, stride: 1, padding: 1 }), convolution(eighth, 1)),
  ]);
}

function convolution(channels: number, kernel: number): Layer {
  return sequential(conv2d({ channels, kernel, padding: 'same' }), batchNorm(), relu());
}
