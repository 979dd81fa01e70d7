/** Functions that take axes together: sums, means, extremes. Without `axes`, all of them. */

import { checkOptionNames } from '../base/options.ts';
import { size } from '../base/shape.ts';
import { type Axes, axesOf, axisOf } from './axis.ts';
import { add, exp, log, mul, neg, square, stopGradient, sub } from './elementwise.ts';
import { emit } from './emit.ts';
import { reshape } from './form.ts';
import type { Tensor } from './tensor.ts';

export interface ReductionOptions {
  /** Keep the reduced axes, with one element each; default false. */
  readonly keepDims?: boolean;
}

function reduce(kind: 'sum' | 'reduceMax', name: string, x: Tensor, axes: Axes | undefined, options: ReductionOptions) {
  checkOptionNames(name, options, ['keepDims']);
  return emit({ kind, axes: axesOf(name, x, axes), keepDims: options.keepDims ?? false }, [x]);
}

/** Σ x. */
export function sum(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return reduce('sum', 'sum', x, axes, options);
}

/** Σ x / n. */
export function mean(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  const count = size(axesOf('mean', x, axes).map((axis) => x.shape[axis]!));
  return mul(reduce('sum', 'mean', x, axes, options), 1 / count);
}

/** The largest; elements that tie share the gradient equally. Of two tensors: `maximum`. */
export function max(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return reduce('reduceMax', 'max', x, axes, options);
}

/** The smallest; elements that tie share the gradient equally. Of two tensors: `minimum`. */
export function min(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return neg(reduce('reduceMax', 'min', neg(x), axes, options));
}

/** Index (int32) of the first largest element along the axis, which is dropped. */
export function argMax(x: Tensor, axis = -1): Tensor {
  return emit({ kind: 'argMax', axis: axisOf('argMax', x, axis) }, [x]);
}

/** Σ (x − mean)² / n, the variance of the elements as they stand (no n − 1). */
export function variance(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return mean(square(sub(x, mean(x, axes, { keepDims: true }))), axes, options);
}

/** log Σ eˣ, without overflow: the maximum is taken out first. */
export function logSumExp(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  const top = stopGradient(max(x, axes, { keepDims: true }));
  const result = sum(exp(sub(x, top)), axes, options);
  return add(log(result), reshape(top, result.shape));
}
