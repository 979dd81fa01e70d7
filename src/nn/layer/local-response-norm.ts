import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, oneOf, positive, readOptions, withDefault } from '../../base/option-spec.ts';
import { size as count, showShape } from '../../base/shape.ts';
import { add, exp, log, mul, square } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { averagePool } from '../../graph/pooling.ts';
import type { LayerRow } from '../layer.ts';

const statistics = ['sum', 'mean'] as const;
const sides = ['before', 'after'] as const;

/** Description of local response normalization. */
export interface LocalResponseNorm {
  readonly layer: 'localResponseNorm';
  readonly name?: string;
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly bias: number;
  readonly alphaOf: (typeof statistics)[number];
  readonly evenWindow: (typeof sides)[number];
}

export interface LocalResponseNormOptions {
  /** n, the channels of a window. Default 5, as all four defaults from Krizhevsky, Sutskever, Hinton, 2012. */
  readonly size?: number;
  /** α ≥ 0. Default 1e-4. */
  readonly alpha?: number;
  /** β ≥ 0. Default 0.75. */
  readonly beta?: number;
  /** k > 0. Default 2 (PyTorch and ONNX: 1). */
  readonly bias?: number;
  /**
   * What α multiplies: the `sum` of the window's squares (default, the paper; TensorFlow), or their `mean`, α/n · Σ a²
   * (PyTorch, ONNX, Caffe). The mean is over n, also at the border.
   */
  readonly alphaOf?: (typeof statistics)[number];
  /**
   * Where a window of even size has its odd channel: `before` channel c, from c − n/2 to c + n/2 − 1 (default, PyTorch),
   * or `after` it, from c − n/2 + 1 to c + n/2 (ONNX). Of odd sizes nothing changes.
   */
  readonly evenWindow?: (typeof sides)[number];
}

const localResponseNormOptions = {
  size: withDefault(number({ integer: true, min: 1 }), 5),
  alpha: withDefault(number({ min: 0 }), 1e-4),
  beta: withDefault(number({ min: 0 }), 0.75),
  bias: withDefault(positive, 2),
  alphaOf: withDefault(oneOf(statistics), 'sum'),
  evenWindow: withDefault(oneOf(sides), 'before'),
} satisfies OptionSpecs;

/**
 * Local response normalization: b = a / (k + α Σ a²)^β, the sum over the n channels around each, as many as there are.
 *
 * x [N, channels, …] → the same. No parameters; the same in training and in use. AlexNet has it after the ReLU of its first
 * two convolutions. PyTorch's `LocalResponseNorm(n)` is `{ size: n, bias: 1, alphaOf: 'mean' }`, TensorFlow's with radius
 * r `{ size: 2 * r + 1, alpha: 1, beta: 0.5, bias: 1 }`.
 *
 * @example sequential(conv2d({ channels: 64, kernel: 5 }), relu(), localResponseNorm(), maxPool2d({ kernel: 3, stride: 2 }))
 *
 * Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks", 2012.
 */
export function localResponseNorm(options: LocalResponseNormOptions = {}): LocalResponseNorm {
  return frozen({ layer: 'localResponseNorm', ...readOptions('localResponseNorm', localResponseNormOptions, options) });
}

export const localResponseNormRow: LayerRow<LocalResponseNorm> = {
  options: localResponseNormOptions,
  label: 'norm',
  read: (options) => localResponseNorm(options),
  apply({ size, alpha, beta, bias, alphaOf, evenWindow }, scope, x) {
    const [batch, channels, ...rest] = x.shape;
    if (batch === undefined || channels === undefined) {
      scope.refuse(`its input has shape ${showShape(x.shape)}`, 'It takes [batch, channels, …].');
    }
    // One pass sums all windows: average pooling, of images whose height is the channels.
    const before = evenWindow === 'before' ? Math.floor(size / 2) : Math.floor((size - 1) / 2);
    const images = reshape(square(x), [batch, 1, channels, count(rest)]);
    const padding = [before, 0, size - 1 - before, 0] as const;
    const mean = averagePool(images, { kernel: [size, 1], stride: 1, padding, countPadding: true });
    const sum = add(mul(reshape(mean, x.shape), alphaOf === 'sum' ? alpha * size : alpha), bias);
    // The sum is above 0. Engines compute exp and log many elements at a time, a power one by one.
    return mul(x, exp(mul(log(sum), -beta)));
  },
};
