/**
 * Gradients of the standardized tensor y and of its inverse deviation r, over n elements:
 *
 *     ∂x = r (g − mean g − y mean(g y))   of y
 *     ∂x = −(g r²/n) y                    of r
 *
 * What is one number for each row is put together first, and what is the same along a row is added last: a sum with
 * another gradient can then come before it.
 */

import { size } from '../../base/shape.ts';
import { add, mul, square } from '../../graph/elementwise.ts';
import { emit } from '../../graph/emit.ts';
import { sum } from '../../graph/reduction.ts';
import { inverseDeviation } from '../../graph/standardize.ts';
import type { VjpRows } from './row.ts';

export const normalizationVjp: VjpRows<'standardize' | 'inverseDeviation'> = {
  standardize: [
    ({ op: { axis, epsilon }, operands: [x], y, g }) => {
      const axes = x!.shape.map((_, i) => i).slice(axis);
      const inverse = inverseDeviation(x!, axis, epsilon);
      const share = mul(inverse, -1 / size(x!.shape.slice(axis)));
      const inner = mul(sum(mul(g, y), axes, { keepDims: true }), share);
      const level = mul(sum(g, axes, { keepDims: true }), share);
      return add(add(mul(g, inverse), mul(y, inner)), level);
    },
  ],
  inverseDeviation: [
    ({ op: { axis, epsilon }, operands: [x], y, g }) => {
      const share = mul(mul(g, square(y)), -1 / size(x!.shape.slice(axis)));
      return mul(emit({ kind: 'standardize', axis, epsilon }, [x!]), share);
    },
  ],
};
