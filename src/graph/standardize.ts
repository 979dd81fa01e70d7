/** Values shifted and scaled to mean 0 and variance 1: the core of layer, group and instance normalization. */

import { checkNumber, checkOptionNames } from '../base/options.ts';
import { type Axes, axesOf } from './axis.ts';
import { emit } from './emit.ts';
import { transpose } from './form.ts';
import type { Tensor } from './tensor.ts';

export interface StandardizeOptions {
  /** ε > 0 under the root, which keeps equal values finite. Default 1e-5, as in PyTorch. */
  readonly epsilon?: number;
}

/**
 * (x − μ)/√(σ² + ε), with mean μ and (biased) variance σ² over `axes`, by default all. Axes that are the last are one
 * kernel; others are moved there and back.
 *
 * @example standardize(x, -1)      // every row to mean 0 and variance 1
 * @throws ShapeError where an axis is not there, or no element is left along them.
 */
export function standardize(x: Tensor, axes?: Axes, options: StandardizeOptions = {}): Tensor {
  checkOptionNames('standardize', options, ['epsilon']);
  const epsilon = checkNumber('standardize', 'epsilon', options.epsilon ?? 1e-5, { min: 0, exclusiveMin: true });
  const over = axesOf('standardize', x, axes);
  const kept = x.shape.flatMap((_, axis) => (over.includes(axis) ? [] : [axis]));
  const order = [...kept, ...over];
  const rows = emit({ kind: 'standardize', axis: kept.length, epsilon }, [transpose(x, order)]);
  return transpose(
    rows,
    order.map((_, axis) => order.indexOf(axis)),
  );
}

/** 1/√(σ² + ε) over the axes from `axis` on, which keep one element each. */
export function inverseDeviation(x: Tensor, axis: number, epsilon: number): Tensor {
  return emit({ kind: 'inverseDeviation', axis, epsilon }, [x]);
}
