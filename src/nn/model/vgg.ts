import { batchNorm } from '../layer/batch-norm.ts';
import { conv2d } from '../layer/conv2d.ts';
import { dense } from '../layer/dense.ts';
import { dropout } from '../layer/dropout.ts';
import { globalAveragePool2d } from '../layer/global-average-pool2d.ts';
import { maxPool2d } from '../layer/max-pool2d.ts';
import { relu } from '../layer/relu.ts';
import { type Sequential, sequential } from '../layer/sequential.ts';

export interface VggOptions {
  /** Channels of the convolutions of each stage; a stage ends with pooling. Default VGG-11 at half width. */
  readonly stages?: readonly (readonly number[])[];
  readonly classes: number;
  /** Before the last layer, in [0, 1). Default 0. */
  readonly dropoutRate?: number;
}

/**
 * VGG (Simonyan and Zisserman, 2015) in the size of CIFAR, with batch normalization: stages of 3 × 3 convolutions, each
 * halved by pooling, then the mean over the image and one dense layer.
 *
 * x [N, C, H, W] → [N, classes]; H and W of at least 2 to the power of the number of stages.
 *
 * @example vgg({ stages: [[32, 32], [64, 64], [128, 128]], classes: 10 })
 */
export function vgg(options: VggOptions): Sequential {
  const { stages = [[32], [64], [128, 128], [256, 256]], classes, dropoutRate = 0 } = options;
  const convolution = (channels: number) =>
    sequential(conv2d({ channels, kernel: 3, padding: 'same' }), batchNorm(), relu());
  return sequential(
    ...stages.map((widths) => sequential(...widths.map(convolution), maxPool2d(2))),
    globalAveragePool2d(),
    ...(dropoutRate > 0 ? [dropout(dropoutRate)] : []),
    dense(classes),
  );
}
