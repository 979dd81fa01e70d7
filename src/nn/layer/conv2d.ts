import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { count, flag, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { conv } from '../../graph/convolution.ts';
import { add } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import type { Initializer } from '../init/initializer.ts';
import { initializerSpec } from '../init/initializer-spec.ts';
import { heNormal } from '../init/variance-scaling.ts';
import { zeros } from '../init/zeros.ts';
import type { LayerRow } from '../layer.ts';
import { type Padding, type PaddingOption, type Pair, type PairOption, padding, paddingFor, pair } from './window.ts';

/** Description of a convolution layer. */
export interface Conv2d {
  readonly layer: 'conv2d';
  readonly name?: string;
  readonly channels: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
  readonly groups: number;
  readonly bias: boolean;
  readonly weightInitializer: Initializer;
  readonly biasInitializer: Initializer;
}

export interface Conv2dOptions {
  /** Output channels. */
  readonly channels: number;
  /** Height and width of the filter. */
  readonly kernel: PairOption;
  /** Default 1. */
  readonly stride?: PairOption;
  /** Default `'valid'`, none, as in PyTorch and Keras. */
  readonly padding?: PaddingOption;
  /** Distance between the taps of the filter. Default 1. */
  readonly dilation?: PairOption;
  /** Default 1. Divides the input and the output channels; as many as the input has channels makes it depthwise. */
  readonly groups?: number;
  /** Whether a bias per channel is added. Default true. */
  readonly bias?: boolean;
  /** Default `heNormal()`: variance 2 / fanIn, the scheme for ReLU networks (He et al., 2015; the lecture). */
  readonly weightInitializer?: Initializer;
  /** Default `zeros()`, as in He et al., 2015. */
  readonly biasInitializer?: Initializer;
}

const conv2dOptions = {
  channels: count,
  kernel: pair(),
  stride: withDefault(pair(), 1),
  padding: withDefault(padding, 'valid'),
  dilation: withDefault(pair(), 1),
  groups: withDefault(count, 1),
  bias: withDefault(flag, true),
  weightInitializer: withDefault(initializerSpec, heNormal()),
  biasInitializer: withDefault(initializerSpec, zeros()),
} satisfies OptionSpecs;

/**
 * Convolution of images (cross-correlation, as everywhere in the field), plus a bias per output channel.
 *
 * x [N, C, H, W] → [N, channels, H', W'], H' = ⌊(H + top + bottom − dilation · (kernel − 1) − 1) / stride⌋ + 1. Parameters:
 * `weight` [channels, C / groups, kernel height, kernel width], `bias` [channels]. fanIn = C / groups · kernel area and
 * fanOut = channels / groups · kernel area: what one input value truly feeds (PyTorch does not divide fanOut by groups).
 *
 * @example conv2d({ channels: 32, kernel: 5, padding: 'same' })
 */
export function conv2d(options: Conv2dOptions): Conv2d {
  const place = 'conv2d';
  const read = readOptions(place, conv2dOptions, options);
  if (read.channels % read.groups !== 0) {
    throw new OptionError('option/range', `channels ${read.channels} is no multiple of groups ${read.groups}`, {
      place,
      mend: 'Make each group the same size.',
    });
  }
  return frozen({ layer: place, ...read });
}

export const conv2dRow: LayerRow<Conv2d> = {
  options: conv2dOptions,
  label: 'conv',
  read: (options) => conv2d(options as unknown as Conv2dOptions),
  apply: (layer, scope, x) => {
    const { channels, kernel, stride, dilation, groups } = layer;
    const padding = paddingFor(scope, x.shape, layer);
    const inputs = x.shape[1]!;
    if (inputs % groups !== 0) {
      scope.refuse(`${inputs} input channels are no multiple of ${groups} groups`, 'Make each group the same size.');
    }
    const area = kernel[0] * kernel[1];
    const fan = { fanIn: (inputs / groups) * area, fanOut: (channels / groups) * area };
    const weight = scope.parameter('weight', [channels, inputs / groups, ...kernel], layer.weightInitializer, fan);
    const y = conv(x, weight, { stride, padding, dilation, groups });
    if (!layer.bias) return y;
    return add(y, reshape(scope.parameter('bias', [channels], layer.biasInitializer, fan), [1, channels, 1, 1]));
  },
};
