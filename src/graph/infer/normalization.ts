/** The standardized tensor and its inverse deviation. */

import { needDtype } from './elementwise.ts';
import type { InferRow, InferRows } from './row.ts';

type Kind = 'standardize' | 'inverseDeviation';

const row = (shapeOf: (shape: readonly number[], axis: number) => readonly number[]): InferRow<Kind> => ({
  operands: 1,
  rule: ({ axis, epsilon }, [x], refuse) => {
    needDtype(x!, ['float32'], refuse);
    if (!(axis in x!.shape)) refuse(`axis ${axis} is not one of ${x!.shape.length} axes`);
    if (x!.shape.slice(axis).includes(0)) refuse('no element is left along the axes, and nothing has no variance');
    if (!(epsilon > 0 && Number.isFinite(epsilon))) refuse(`epsilon is ${epsilon}`, 'Give a positive number.');
    return { shape: shapeOf(x!.shape, axis), dtype: 'float32' };
  },
});

export const normalizationRows: InferRows<Kind> = {
  standardize: row((shape) => shape),
  inverseDeviation: row((shape, axis) => shape.map((d, i) => (i < axis ? d : 1))),
};
