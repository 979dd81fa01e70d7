import { conv2d } from '../layer/conv2d.ts';
import { dense } from '../layer/dense.ts';
import { dropout } from '../layer/dropout.ts';
import { flatten } from '../layer/flatten.ts';
import { localResponseNorm } from '../layer/local-response-norm.ts';
import { maxPool2d } from '../layer/max-pool2d.ts';
import { relu } from '../layer/relu.ts';
import { type Sequential, sequential } from '../layer/sequential.ts';

export interface AlexNetOptions {
  readonly classes: number;
  /** Channels of the first convolution; all others are in the paper's proportion. Default 32, a third of the paper's. */
  readonly channels?: number;
  /** Units of the two dense layers. Default 256 (the paper: 4096). */
  readonly units?: number;
  /** After the dense layers, in [0, 1). Default 0.5, as in the paper. */
  readonly dropoutRate?: number;
}

/**
 * AlexNet for images of CIFAR's size: five convolutions, the first two followed by local response normalization and
 * overlapping pooling, pooling after the last, and two dense layers with dropout. Strides and filters are smaller than the
 * paper's, whose images are 224 pixels wide.
 *
 * x [N, C, H, W] → [N, classes]; H and W of at least 15.
 *
 * @example alexnet({ classes: 10 })
 *
 * Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks", 2012.
 */
export function alexnet({ classes, channels = 32, units = 256, dropoutRate = 0.5 }: AlexNetOptions): Sequential {
  const convolution = (part: number, kernel: number) =>
    sequential(conv2d({ channels: Math.round((part * channels) / 3), kernel, padding: 'same' }), relu());
  const pool = () => maxPool2d({ kernel: 3, stride: 2 });
  const perceptron = () => sequential(dense(units), relu(), ...(dropoutRate > 0 ? [dropout(dropoutRate)] : []));
  return sequential(
    // 96, 256, 384, 384 and 256 channels in the paper.
    ...[convolution(3, 5), localResponseNorm(), pool()],
    ...[convolution(8, 5), localResponseNorm(), pool()],
    ...[convolution(12, 3), convolution(12, 3), convolution(8, 3), pool()],
    ...[flatten(), perceptron(), perceptron(), dense(classes)],
  );
}
