import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { count, flag, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { showShape } from '../../base/shape.ts';
import { convTranspose } from '../../graph/convolution.ts';
import { add } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Initializer } from '../init/initializer.ts';
import { initializerSpec } from '../init/initializer-spec.ts';
import { heNormal } from '../init/variance-scaling.ts';
import { zeros } from '../init/zeros.ts';
import type { LayerRow, Scope } from '../layer.ts';
import { type Padding, type PaddingOption, type Pair, type PairOption, padding, pair } from './window.ts';

/** Description of a transposed convolution. */
export interface ConvTranspose2d {
  readonly layer: 'convTranspose2d';
  readonly name?: string;
  readonly channels: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly outputPadding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly bias: boolean;
  readonly weightInitializer: Initializer;
  readonly biasInitializer: Initializer;
}

export interface ConvTranspose2dOptions {
  /** Output channels. */
  readonly channels: number;
  /** Height and width of the filter. */
  readonly kernel: PairOption;
  /** How far the copies of the filter lie apart in the output. Default 1. */
  readonly stride?: PairOption;
  /** What is cut off the output: the padding of the convolution that this undoes. Default `'valid'`, none. */
  readonly padding?: PaddingOption;
  /** Rows and columns more at the bottom and right, below the stride. Default 0. `'same'` padding leaves no choice. */
  readonly outputPadding?: PairOption;
  /** Distance between the taps of the filter. Default 1. */
  readonly dilation?: PairOption;
  /** Default 1. Divides the input and the output channels. */
  readonly groups?: number;
  /** Whether a bias per channel is added. Default true. */
  readonly bias?: boolean;
  /** Default `heNormal()`: variance 2 / fanIn, as for `conv2d`. */
  readonly weightInitializer?: Initializer;
  /** Default `zeros()`. */
  readonly biasInitializer?: Initializer;
}

const convTranspose2dOptions = {
  channels: count,
  kernel: pair(),
  stride: withDefault(pair(), 1),
  padding: withDefault(padding, 'valid'),
  outputPadding: withDefault(pair(0), 0),
  dilation: withDefault(pair(), 1),
  groups: withDefault(count, 1),
  bias: withDefault(flag, true),
  weightInitializer: withDefault(initializerSpec, heNormal()),
  biasInitializer: withDefault(initializerSpec, zeros()),
} satisfies OptionSpecs;

/**
 * Transposed convolution, which makes images larger: every input pixel adds the filter, times its value, to the output. It
 * is the adjoint of `conv2d` with the same options (its gradient by the input), plus a bias per output channel.
 *
 * x [N, C, H, W] → [N, channels, H', W'], H' = (H − 1) · stride + dilation · (kernel − 1) + 1 − top − bottom +
 * outputPadding, or H · stride with `'same'`. Parameters: `weight` [C, channels / groups, kernel height, kernel width],
 * PyTorch's layout, and `bias` [channels]. fanIn = C / groups · kernel area / stride area, what an output sums on average;
 * fanOut = channels / groups · kernel area (PyTorch takes the latter for fanIn).
 *
 * @example convTranspose2d({ channels: 16, kernel: 4, stride: 2, padding: 1 })  // twice as high and wide
 *
 * Zeiler, Krishnan, Taylor, Fergus, "Deconvolutional networks", 2010; Dumoulin, Visin, "A guide to convolution arithmetic
 * for deep learning", 2016.
 */
export function convTranspose2d(options: ConvTranspose2dOptions): ConvTranspose2d {
  const place = 'convTranspose2d';
  const read = readOptions(place, convTranspose2dOptions, options);
  if (read.channels % read.groups !== 0) {
    throw new OptionError('option/range', `channels ${read.channels} is no multiple of groups ${read.groups}`, {
      place,
      mend: 'Make each group the same size.',
    });
  }
  const { stride, padding, outputPadding } = read;
  if (outputPadding.some((extra, axis) => extra >= (padding === 'same' ? 1 : stride[axis]!))) {
    const beside = padding === 'same' ? 'padding is "same"' : `stride is ${showShape(stride)}`;
    throw new OptionError('option/range', `outputPadding is ${showShape(outputPadding)}, and ${beside}`, {
      place,
      mend: 'Give less than the stride, and none with "same", which fixes the size.',
    });
  }
  return frozen({ layer: place, ...read });
}

export const convTranspose2dRow: LayerRow<ConvTranspose2d> = {
  options: convTranspose2dOptions,
  label: 'convTranspose',
  read: (options) => convTranspose2d(options as unknown as ConvTranspose2dOptions),
  apply: (layer, scope, x) => {
    const { channels, kernel, stride, padding, outputPadding, dilation, groups } = layer;
    checkImage(layer, scope, x);
    const inputs = x.shape[1]!;
    const area = kernel[0] * kernel[1];
    const fanIn = ((inputs / groups) * area) / (stride[0] * stride[1]);
    const fan = { fanIn, fanOut: (channels / groups) * area };
    const weight = scope.parameter('weight', [inputs, channels / groups, ...kernel], layer.weightInitializer, fan);
    const y = convTranspose(x, weight, { stride, padding, outputPadding, dilation, groups });
    if (!layer.bias) return y;
    return add(y, reshape(scope.parameter('bias', [channels], layer.biasInitializer, fan), [1, channels, 1, 1]));
  },
};

/** Refuses what is no image, what the groups do not divide, and what padding cuts off whole. */
function checkImage(layer: ConvTranspose2d, scope: Scope, { shape }: Tensor): void {
  const { kernel, stride, padding, outputPadding, dilation, groups } = layer;
  if (shape.length !== 4) {
    scope.refuse(`its input has shape ${showShape(shape)}`, 'It takes images: [batch, channels, height, width].');
  }
  const [, inputs, ...sizes] = shape as [number, number, number, number];
  if (inputs % groups !== 0) {
    scope.refuse(`${inputs} input channels are no multiple of ${groups} groups`, 'Make each group the same size.');
  }
  if (padding === 'same') return;
  const outputs = sizes.map((size, axis) => {
    const whole = (size - 1) * stride[axis]! + dilation[axis]! * (kernel[axis]! - 1) + 1;
    return whole - padding[axis]! - padding[axis + 2]! + outputPadding[axis]!;
  });
  if (outputs.some((output) => output < 1)) {
    scope.refuse(`its output would be ${outputs.join(' × ')}: padding cuts off all of it`, 'Give less padding.');
  }
}
