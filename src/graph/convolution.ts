/** Convolution of images and its adjoint. Images [N, C, H, W], filters [O, C / groups, KH, KW]. */

import { checkNumber, checkOptionNames } from '../base/options.ts';
import { emit } from './emit.ts';
import type { ConvAttributes } from './op.ts';
import { shapeError } from './shape-error.ts';
import type { Tensor } from './tensor.ts';
import { extent, type Padding, type Pair, paddingOf, pairOf } from './window.ts';

export interface ConvOptions {
  /** Step of the filter, one number or [vertical, horizontal]; default 1. */
  readonly stride?: Pair;
  /**
   * Zeros around the image: a number, [vertical, horizontal], [top, left, bottom, right], 'valid' (none, the default)
   * or 'same' (the output is ⌈input / stride⌉; an odd zero goes to the bottom and right).
   */
  readonly padding?: Padding;
  /** Distance of the filter's taps; default 1. */
  readonly dilation?: Pair;
  /** Channels fall into so many groups, each with filters of its own; default 1. */
  readonly groups?: number;
}

const names = ['stride', 'padding', 'dilation', 'groups'];

function attributes(name: string, options: ConvOptions, sizes: Pair2, kernel: Pair2): ConvAttributes {
  const stride = pairOf(name, 'stride', options.stride ?? 1, 1);
  const dilation = pairOf(name, 'dilation', options.dilation ?? 1, 1);
  return {
    stride,
    padding: paddingOf(name, options.padding ?? 0, sizes, kernel, stride, dilation),
    dilation,
    groups: checkNumber(name, 'groups', options.groups ?? 1, { min: 1, integer: true }),
  };
}

type Pair2 = readonly [number, number];

/** Height and width of an image or filter. */
function area(name: string, x: Tensor, what: string): Pair2 {
  if (x.rank !== 4) {
    throw shapeError({
      name,
      problem: `the ${what} has ${x.rank} axes, not 4`,
      operands: [x],
      scope: x.builder.scope,
      mend: what === 'image' ? 'Images are [N, C, H, W].' : 'Filters are [out channels, in channels / groups, H, W].',
    });
  }
  return [x.shape[2]!, x.shape[3]!];
}

/**
 * yₙₒᵢⱼ = Σ x·w over channels and taps (cross-correlation, as everywhere in the field): x [N, C, H, W],
 * w [O, C / groups, KH, KW] → [N, O, H', W'] with H' = ⌊(H + padding − dilation (KH − 1) − 1) / stride⌋ + 1.
 */
export function conv(x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor {
  checkOptionNames('conv', options, names);
  const op = attributes('conv', options, area('conv', x, 'image'), area('conv', w, 'filter'));
  return emit({ kind: 'conv', ...op }, [x, w]);
}

export interface ConvTransposeOptions extends ConvOptions {
  /** Rows and columns added at the bottom and right, below the stride; default 0. */
  readonly outputPadding?: Pair;
}

/**
 * The adjoint of `conv` in its image, also called transposed convolution: x [N, O, H', W'], w [O, C / groups, KH, KW] →
 * [N, C, H, W] with H = (H' − 1) stride + dilation (KH − 1) + 1 − padding + outputPadding. 'same' gives H' · stride.
 */
export function convTranspose(x: Tensor, w: Tensor, options: ConvTransposeOptions = {}): Tensor {
  const name = 'convTranspose';
  checkOptionNames(name, options, [...names, 'outputPadding']);
  const sizes = area(name, x, 'image');
  const kernel = area(name, w, 'filter');
  const stride = pairOf(name, 'stride', options.stride ?? 1, 1);
  const full: Pair2 = [sizes[0] * stride[0], sizes[1] * stride[1]];
  const op = attributes(name, options, full, kernel);
  const extra = pairOf(name, 'outputPadding', options.outputPadding ?? 0, 0);
  const dimension = (axis: 0 | 1) =>
    options.padding === 'same'
      ? full[axis]
      : (sizes[axis] - 1) * stride[axis] +
        extent(kernel[axis], op.dilation[axis]) -
        op.padding[axis] -
        op.padding[axis + 2]! +
        extra[axis];
  const inputShape = [x.shape[0]!, w.shape[1]! * op.groups, dimension(0), dimension(1)];
  return emit({ kind: 'convInputGradient', inputShape, ...op }, [w, x]);
}
