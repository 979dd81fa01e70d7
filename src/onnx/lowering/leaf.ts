/** Leaves: constants of the model. A `fill` is a scalar that is expanded where a full tensor is asked for. */

import { size } from '../../base/shape.ts';
import type { Rows } from '../site.ts';

export const leafRows: Rows<'input' | 'fill' | 'literal' | 'iota'> = {
  input: (e, { op, shape, dtype }) => e.input(op.name, dtype, shape),
  fill: (e, { op, shape, dtype }) => {
    const scalar = e.scalar(dtype, op.value);
    return shape.length === 0 ? scalar : e.expand(scalar, shape);
  },
  literal: (e, { op, shape, dtype }) => e.constant(dtype, op.values, shape),
  iota: (e, { op, shape, dtype }) => {
    const range = Array.from({ length: shape[op.axis]! }, (_, i) => i);
    const line = e.constant(
      dtype,
      range,
      shape.map((dimension, axis) => (axis === op.axis ? dimension : 1)),
    );
    return size(shape) === range.length ? line : e.expand(line, shape);
  },
};
