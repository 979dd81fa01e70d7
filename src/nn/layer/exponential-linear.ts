import { exp, greater, mul, sub, where } from '../../graph/elementwise.ts';
import { fillLike } from '../../graph/leaf.ts';
import type { Tensor } from '../../graph/tensor.ts';

/** `right` · x above 0, `left` · (e^x − 1) at 0 and below; the exponential never sees a positive x, so it cannot overflow. */
export function exponentialLinear(x: Tensor, left: number, right: number): Tensor {
  const positive = greater(x, 0);
  const nonPositive = where(positive, fillLike(x, 0), x);
  return where(positive, right === 1 ? x : mul(x, right), mul(sub(exp(nonPositive), 1), left));
}
