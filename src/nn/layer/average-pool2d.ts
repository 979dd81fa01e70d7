import { frozen } from '../../base/frozen.ts';
import { flag, type OptionSpecs, optional, readOptions, withDefault } from '../../base/option-spec.ts';
import { averagePool } from '../../graph/pooling.ts';
import type { LayerRow } from '../layer.ts';
import { checkPoolPadding, poolOptions } from './pool-options.ts';
import { type Padding, type PaddingOption, type Pair, type PairOption, padding, paddingFor, pair } from './window.ts';

/** Description of an average pooling layer. */
export interface AveragePool2d {
  readonly layer: 'averagePool2d';
  readonly name?: string;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly countPadding: boolean;
}

export interface AveragePool2dOptions {
  /** Height and width of the window. */
  readonly kernel: PairOption;
  /** Default: the kernel. */
  readonly stride?: PairOption;
  /** Default `'valid'`, none. */
  readonly padding?: PaddingOption;
  /** Whether padding counts in the divisor (as PyTorch's default). Default false, as ONNX: the mean of what is seen. */
  readonly countPadding?: boolean;
}

const averagePool2dOptions = {
  kernel: pair(),
  stride: optional(pair()),
  padding: withDefault(padding, 'valid'),
  countPadding: withDefault(flag, false),
} satisfies OptionSpecs;

/**
 * The mean of each window of each channel.
 *
 * x [N, C, H, W] → [N, C, H', W'], with H' as for `conv2d`. A last row or column that fills no window is dropped.
 *
 * @example averagePool2d(2)
 */
export function averagePool2d(options: PairOption | AveragePool2dOptions): AveragePool2d {
  const place = 'averagePool2d';
  const { kernel, stride = kernel, ...read } = readOptions(place, averagePool2dOptions, poolOptions(options));
  checkPoolPadding(place, kernel, [1, 1], read.padding);
  return frozen({ layer: place, kernel, stride, ...read });
}

export const averagePool2dRow: LayerRow<AveragePool2d> = {
  options: averagePool2dOptions,
  label: 'averagePool',
  read: (options) => averagePool2d(options as unknown as AveragePool2dOptions),
  apply: (layer, scope, x) => {
    const { kernel, stride, countPadding } = layer;
    const padding = paddingFor(scope, x.shape, { ...layer, dilation: [1, 1] });
    return averagePool(x, { kernel, stride, padding, countPadding });
  },
};
