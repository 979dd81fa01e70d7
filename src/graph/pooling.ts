/** Pooling of images [N, C, H, W] over sliding windows. */

import { checkOptionNames } from '../base/options.ts';
import { relu } from './elementwise.ts';
import { emit } from './emit.ts';
import type { PoolAttributes } from './op.ts';
import { operandOf, opOf } from './rewrite/rewrite.ts';
import { shapeError } from './shape-error.ts';
import type { Tensor } from './tensor.ts';
import { type Padding, type Pair, paddingOf, pairOf } from './window.ts';

export interface MaxPoolOptions {
  /** Height and width of the window. */
  readonly kernel: Pair;
  /** Step of the window; default: the kernel, so that windows do not overlap. */
  readonly stride?: Pair;
  /** Never chosen as the maximum; as for `conv`, default 0. */
  readonly padding?: Padding;
  /** Distance of the window's elements; default 1. */
  readonly dilation?: Pair;
}

export interface AveragePoolOptions {
  /** Height and width of the window. */
  readonly kernel: Pair;
  /** Step of the window; default: the kernel. */
  readonly stride?: Pair;
  /** As for `conv`; default 0. */
  readonly padding?: Padding;
  /** Whether padding counts in the divisor; default false (PyTorch's default is true). */
  readonly countPadding?: boolean;
}

function attributes(name: string, x: Tensor, options: MaxPoolOptions): PoolAttributes {
  if (x.rank !== 4) {
    throw shapeError({
      name,
      problem: `the image has ${x.rank} axes, not 4`,
      operands: [x],
      scope: x.builder.scope,
      mend: 'Images are [N, C, H, W].',
    });
  }
  const kernel = pairOf(name, 'kernel', options.kernel, 1);
  const stride = pairOf(name, 'stride', options.stride ?? kernel, 1);
  const dilation = pairOf(name, 'dilation', options.dilation ?? 1, 1);
  const padding = paddingOf(name, options.padding ?? 0, [x.shape[2]!, x.shape[3]!], kernel, stride, dilation);
  return { kernel, stride, padding, dilation };
}

/**
 * The maximum of each window; the gradient goes to the first maximum in row-major order. `maxPool(x, { kernel: 2 })`
 * halves height and width; overlapping windows (a stride below the kernel) are allowed.
 */
export function maxPool(x: Tensor, options: MaxPoolOptions): Tensor {
  checkOptionNames('maxPool', options, ['kernel', 'stride', 'padding', 'dilation']);
  // max(relu x) = relu(max x), in value and in gradient (a window without a positive element passes none either way);
  // so the ReLU and its gate run on the pooled image, a quarter of the size for 2 × 2. Done here, while the forward
  // graph grows, and not in a later pass: there the gradient would already need the unpooled ReLU.
  if (opOf(x, 'relu')) return relu(maxPool(operandOf(x), options));
  return emit({ kind: 'maxPool', ...attributes('maxPool', x, options) }, [x]);
}

/** The mean of each window. */
export function averagePool(x: Tensor, options: AveragePoolOptions): Tensor {
  checkOptionNames('averagePool', options, ['kernel', 'stride', 'padding', 'countPadding']);
  const { countPadding = false, ...window } = options;
  return emit({ kind: 'averagePool', countPadding, ...attributes('averagePool', x, window) }, [x]);
}
