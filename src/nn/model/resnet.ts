import { batchNorm } from '../layer/batch-norm.ts';
import { conv2d } from '../layer/conv2d.ts';
import { dense } from '../layer/dense.ts';
import { globalAveragePool2d } from '../layer/global-average-pool2d.ts';
import { relu } from '../layer/relu.ts';
import { residual } from '../layer/residual.ts';
import { type Sequential, sequential } from '../layer/sequential.ts';
import type { Layer } from '../layer.ts';

export interface ResnetOptions {
  /** 6n + 2 layers: 20, 32, 44, 56, 110. Default 20. */
  readonly depth?: number;
  readonly classes: number;
  /** Channels of the first stage; the next two double them. Default 16, as in the paper. */
  readonly channels?: number;
  /** False builds the same layers without their skip connections, to see the difference. Default true. */
  readonly skips?: boolean;
}

/**
 * The residual network of the paper's CIFAR experiments: a convolution, three stages of n blocks of two 3 × 3 convolutions
 * with batch normalization, the second and third stage at half the size and twice the channels, then the mean over the
 * image and one dense layer. Where a block changes the shape, the skip is a 1 × 1 convolution (option B).
 *
 * x [N, C, H, W] → [N, classes]; 0.27 M parameters at depth 20 and 0.86 M at 56, for 10 classes.
 *
 * @example resnet({ depth: 20, classes: 10 })
 *
 * He, Zhang, Ren, Sun, "Deep residual learning for image recognition", 2016, section 4.2.
 */
export function resnet({ depth = 20, classes, channels = 16, skips = true }: ResnetOptions): Sequential {
  const blocks = (depth - 2) / 6;
  const block = (stage: number, index: number): Layer => {
    const width = channels * 2 ** stage;
    const stride = stage > 0 && index === 0 ? 2 : 1;
    const body = sequential(convolution(width, stride), batchNorm(), relu(), convolution(width, 1), batchNorm());
    if (!skips) return sequential(body, relu());
    const projection = sequential(conv2d({ channels: width, kernel: 1, stride }), batchNorm());
    return sequential(residual(body, stride === 1 ? {} : { projection }), relu());
  };
  const stages = [0, 1, 2].flatMap((stage) => Array.from({ length: Math.floor(blocks) }, (_, i) => block(stage, i)));
  return sequential(
    ...[convolution(channels, 1), batchNorm(), relu()],
    ...stages,
    ...[globalAveragePool2d(), dense(classes)],
  );
}

function convolution(channels: number, stride: number): Layer {
  return conv2d({ channels, kernel: 3, stride, padding: 1 });
}
