import { frozen } from '../../base/frozen.ts';
import { type OptionSpecs, optional, readOptions, withDefault } from '../../base/option-spec.ts';
import { maxPool } from '../../graph/pooling.ts';
import type { LayerRow } from '../layer.ts';
import { checkPoolPadding, poolOptions } from './pool-options.ts';
import { type Padding, type PaddingOption, type Pair, type PairOption, padding, paddingFor, pair } from './window.ts';

/** Description of a max pooling layer. */
export interface MaxPool2d {
  readonly layer: 'maxPool2d';
  readonly name?: string;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

export interface MaxPool2dOptions {
  /** Height and width of the window. */
  readonly kernel: PairOption;
  /** Default: the kernel, so that windows touch and do not overlap; a smaller one makes them overlap. */
  readonly stride?: PairOption;
  /** Default `'valid'`, none. Padding never wins: it counts as minus infinity. */
  readonly padding?: PaddingOption;
  /** Default 1. */
  readonly dilation?: PairOption;
}

const maxPool2dOptions = {
  kernel: pair(),
  stride: optional(pair()),
  padding: withDefault(padding, 'valid'),
  dilation: withDefault(pair(), 1),
} satisfies OptionSpecs;

/**
 * The maximum of each window of each channel; the gradient goes to the first maximum in row-major order.
 *
 * x [N, C, H, W] → [N, C, H', W'], with H' as for `conv2d`. A last row or column that fills no window is dropped.
 *
 * @example maxPool2d(2)
 * @example maxPool2d({ kernel: 3, stride: 2 })  // overlapping: Krizhevsky, Sutskever, Hinton, 2012
 */
export function maxPool2d(options: PairOption | MaxPool2dOptions): MaxPool2d {
  const place = 'maxPool2d';
  const { kernel, stride = kernel, ...read } = readOptions(place, maxPool2dOptions, poolOptions(options));
  checkPoolPadding(place, kernel, read.dilation, read.padding);
  return frozen({ layer: place, kernel, stride, ...read });
}

export const maxPool2dRow: LayerRow<MaxPool2d> = {
  options: maxPool2dOptions,
  label: 'maxPool',
  read: (options) => maxPool2d(options as unknown as MaxPool2dOptions),
  apply: (layer, scope, x) => {
    const { kernel, stride, dilation } = layer;
    return maxPool(x, { kernel, stride, padding: paddingFor(scope, x.shape, layer), dilation });
  },
};
