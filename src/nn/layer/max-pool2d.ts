import { frozen } from '../../base/frozen.ts';
import { maxPool } from '../../graph/pooling.ts';
import type { LayerRow } from '../layer.ts';
import { checkPoolPadding, readPoolOptions } from './pool-options.ts';
import {
  type Padding,
  type PaddingOption,
  type Pair,
  type PairOption,
  paddingFor,
  readPadding,
  readPair,
} from './window.ts';

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
  const given: MaxPool2dOptions = readPoolOptions(place, options, ['kernel', 'stride', 'padding', 'dilation']);
  const kernel = readPair(place, 'kernel', given.kernel);
  const padding = readPadding(place, given.padding ?? 'valid');
  const dilation = readPair(place, 'dilation', given.dilation ?? 1);
  checkPoolPadding(place, kernel, dilation, padding);
  return frozen({
    layer: place,
    kernel,
    stride: readPair(place, 'stride', given.stride ?? kernel),
    padding,
    dilation,
  });
}

export const maxPool2dRow: LayerRow<MaxPool2d> = {
  label: 'maxPool',
  read: (options) => maxPool2d(options as unknown as MaxPool2dOptions),
  apply: (layer, scope, x) => {
    const { kernel, stride, dilation } = layer;
    return maxPool(x, { kernel, stride, padding: paddingFor(scope, x.shape, layer), dilation });
  },
};
