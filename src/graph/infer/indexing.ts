/** Picking by indices, and the adjoints, which add to where a pick came from. */

import { sameShape, showShape } from '../../base/shape.ts';
import type { TensorSpec } from '../graph.ts';
import { needDtype } from './elementwise.ts';
import type { InferRows, Refuse } from './row.ts';

function needIndices(indices: TensorSpec, refuse: Refuse): void {
  if (indices.dtype !== 'int32') refuse(`the indices are ${indices.dtype}, not int32`, "Use cast(indices, 'int32').");
}

function needSize(size: number, refuse: Refuse): void {
  if (!Number.isInteger(size) || size < 0) refuse(`size is ${size}`, 'Give an integer from 0 up.');
}

export const indexingRows: InferRows<'gather' | 'scatterAdd' | 'takeAlong' | 'putAlong'> = {
  gather: {
    operands: 2,
    rule: (op, [x, indices], refuse) => {
      needIndices(indices!, refuse);
      if (!(op.axis in x!.shape)) refuse(`axis ${op.axis} is not one of ${x!.shape.length} axes`);
      return { shape: x!.shape.toSpliced(op.axis, 1, ...indices!.shape), dtype: x!.dtype };
    },
  },
  scatterAdd: {
    operands: 2,
    rule: (op, [indices, updates], refuse) => {
      needIndices(indices!, refuse);
      needDtype(updates!, ['float32'], refuse);
      needSize(op.size, refuse);
      const width = indices!.shape.length;
      if (!Number.isInteger(op.axis) || op.axis < 0 || op.axis + width > updates!.shape.length) {
        refuse(`axis ${op.axis} is out of range`);
      }
      const replaced = updates!.shape.slice(op.axis, op.axis + width);
      if (!sameShape(replaced, indices!.shape)) {
        refuse(`the updates have ${showShape(replaced)} from axis ${op.axis} on, not the shape of the indices`);
      }
      return { shape: updates!.shape.toSpliced(op.axis, width, op.size), dtype: updates!.dtype };
    },
  },
  takeAlong: {
    operands: 2,
    rule: (op, [x, indices], refuse) => {
      needIndices(indices!, refuse);
      if (!(op.axis in x!.shape)) refuse(`axis ${op.axis} is not one of ${x!.shape.length} axes`);
      const wanted = x!.shape.with(op.axis, indices!.shape[op.axis] ?? 0);
      if (!sameShape(indices!.shape, wanted)) refuse(`the shapes differ on another axis than ${op.axis}`);
      return { shape: indices!.shape, dtype: x!.dtype };
    },
  },
  putAlong: {
    operands: 2,
    rule: (op, [indices, updates], refuse) => {
      needIndices(indices!, refuse);
      needDtype(updates!, ['float32'], refuse);
      needSize(op.size, refuse);
      if (!sameShape(indices!.shape, updates!.shape)) refuse('the shapes of indices and updates differ');
      if (!(op.axis in updates!.shape)) refuse(`axis ${op.axis} is not one of ${updates!.shape.length} axes`);
      return { shape: updates!.shape.with(op.axis, op.size), dtype: updates!.dtype };
    },
  },
};
