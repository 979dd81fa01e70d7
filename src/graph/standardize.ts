/** Values shifted and scaled to mean 0 and variance 1, the core of layer normalization. */

import { checkNumber, checkOptionNames } from '../base/options.ts';
import { type Axes, axesOf } from './axis.ts';
import { add, mul, reciprocal, sqrt, square, sub } from './elementwise.ts';
import { emit } from './emit.ts';
import { mean } from './reduction.ts';
import { shapeError } from './shape-error.ts';
import type { Tensor } from './tensor.ts';

export interface StandardizeOptions {
  /** ε > 0 under the root, which keeps equal values finite. Default 1e-5, as in PyTorch. */
  readonly epsilon?: number;
}

/**
 * (x − μ)/√(σ² + ε), with mean μ and (biased) variance σ² over `axes`, by default all. Axes that are the last are one
 * operator; over others it is the formula, which costs less than to move them there and back.
 *
 * @example standardize(x, -1)      // every row to mean 0 and variance 1
 * @throws ShapeError where an axis is not there, or no element is left along them.
 */
export function standardize(x: Tensor, axes?: Axes, options: StandardizeOptions = {}): Tensor {
  checkOptionNames('standardize', options, ['epsilon']);
  const epsilon = checkNumber('standardize', 'epsilon', options.epsilon ?? 1e-5, { min: 0, exclusiveMin: true });
  const over = axesOf('standardize', x, axes);
  const first = x.rank - over.length;
  if (over.every((axis, i) => axis === first + i)) return emit({ kind: 'standardize', axis: first, epsilon }, [x]);
  if (over.some((axis) => x.shape[axis] === 0)) {
    throw shapeError({
      name: 'standardize',
      problem: 'no element is left along the axes',
      operands: [x],
      scope: x.builder.scope,
    });
  }
  const centred = sub(x, mean(x, over, { keepDims: true }));
  return mul(centred, reciprocal(sqrt(add(mean(square(centred), over, { keepDims: true }), epsilon))));
}

/** 1/√(σ² + ε) over the axes from `axis` on, which keep one element each. */
export function inverseDeviation(x: Tensor, axis: number, epsilon: number): Tensor {
  return emit({ kind: 'inverseDeviation', axis, epsilon }, [x]);
}
