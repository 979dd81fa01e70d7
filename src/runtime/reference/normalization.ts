/** The standardized tensor and its inverse deviation, row by row. */

import { size } from '../../base/shape.ts';
import type { Kernels, Value } from './kernel.ts';

/** Calls `visit` with each row of the axes from `axis` on, its mean and 1/√(σ² + ε). */
function forEachRow(
  x: Value,
  { axis, epsilon }: { readonly axis: number; readonly epsilon: number },
  visit: (row: number, values: Float64Array, mean: number, inverse: number) => void,
): void {
  const length = size(x.shape.slice(axis));
  for (let row = 0; row * length < x.data.length; row++) {
    const values = x.data.subarray(row * length, (row + 1) * length);
    const mean = values.reduce((total, value) => total + value, 0) / length;
    const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / length;
    visit(row, values, mean, 1 / Math.sqrt(variance + epsilon));
  }
}

export const normalizationKernels: Kernels<'standardize' | 'inverseDeviation'> = {
  standardize: (op, [x], y) => {
    forEachRow(x!, op, (row, values, mean, inverse) => {
      y.data.set(
        values.map((value) => (value - mean) * inverse),
        row * values.length,
      );
    });
  },
  inverseDeviation: (op, [x], y) => {
    forEachRow(x!, op, (row, _values, _mean, inverse) => {
      y.data[row] = inverse;
    });
  },
};
