/** Operators that move elements without changing them. */

import { broadcast, sameShape, showShape, size } from '../../base/shape.ts';
import type { InferRows, Refuse } from './row.ts';

function needPerAxis(name: string, values: readonly number[], rank: number, least: number, refuse: Refuse): void {
  if (values.length !== rank) refuse(`${name} has ${values.length} numbers for ${rank} axes`);
  const bad = values.find((value) => !Number.isInteger(value) || value < least);
  if (bad !== undefined) refuse(`${name} contains ${bad}; integers from ${least} up are allowed`);
}

export const formRows: InferRows<'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'pad' | 'concat'> = {
  reshape: {
    operands: 1,
    rule: (op, [x], refuse) => {
      if (size(op.shape) !== size(x!.shape)) {
        refuse(`${size(x!.shape)} elements do not fill the shape ${showShape(op.shape)}`);
      }
      return { shape: op.shape, dtype: x!.dtype };
    },
  },
  transpose: {
    operands: 1,
    rule: (op, [x], refuse) => {
      const sorted = [...op.permutation].sort((a, b) => a - b);
      if (sorted.length !== x!.shape.length || sorted.some((axis, i) => axis !== i)) {
        refuse(`${showShape(op.permutation)} is not a permutation of ${x!.shape.length} axes`);
      }
      return { shape: op.permutation.map((axis) => x!.shape[axis]!), dtype: x!.dtype };
    },
  },
  broadcastTo: {
    operands: 1,
    rule: (op, [x], refuse) => {
      const common = broadcast(x!.shape, op.shape);
      if (common === undefined || !sameShape(common, op.shape)) {
        refuse(
          `${showShape(x!.shape)} does not broadcast to ${showShape(op.shape)}`,
          'Axes are matched from the last; each must be equal or 1.',
        );
      }
      return { shape: op.shape, dtype: x!.dtype };
    },
  },
  slice: {
    operands: 1,
    rule: (op, [x], refuse) => {
      const rank = x!.shape.length;
      needPerAxis('starts', op.starts, rank, 0, refuse);
      needPerAxis('ends', op.ends, rank, 0, refuse);
      needPerAxis('steps', op.steps, rank, 1, refuse);
      const shape = x!.shape.map((dimension, axis) => {
        const [start, end] = [op.starts[axis]!, op.ends[axis]!];
        if (start > end || end > dimension) {
          refuse(`the range ${start} to ${end} does not lie in axis ${axis} of ${dimension} elements`);
        }
        return Math.ceil((end - start) / op.steps[axis]!);
      });
      return { shape, dtype: x!.dtype };
    },
  },
  pad: {
    operands: 1,
    rule: (op, [x], refuse) => {
      const rank = x!.shape.length;
      needPerAxis('low', op.low, rank, 0, refuse);
      needPerAxis('high', op.high, rank, 0, refuse);
      needPerAxis('interior', op.interior, rank, 0, refuse);
      const shape = x!.shape.map(
        (dimension, axis) =>
          op.low[axis]! + dimension + Math.max(dimension - 1, 0) * op.interior[axis]! + op.high[axis]!,
      );
      return { shape, dtype: x!.dtype };
    },
  },
  concat: {
    operands: 'any',
    rule: (op, operands, refuse) => {
      const [first, ...rest] = operands;
      if (!(op.axis in first!.shape)) refuse(`axis ${op.axis} is out of range`);
      let total = first!.shape[op.axis]!;
      for (const other of rest) {
        if (other.dtype !== first!.dtype) refuse(`the dtypes ${first!.dtype} and ${other.dtype} differ`);
        const fits =
          other.shape.length === first!.shape.length &&
          other.shape.every((dimension, axis) => axis === op.axis || dimension === first!.shape[axis]);
        if (!fits) refuse(`the shapes differ on another axis than ${op.axis}`);
        total += other.shape[op.axis]!;
      }
      return { shape: first!.shape.map((d, axis) => (axis === op.axis ? total : d)), dtype: first!.dtype };
    },
  },
};
