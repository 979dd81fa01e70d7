/** Reductions and the softmax pair, and the matrix product. */

import type { Dtype } from '../../base/dtype.ts';
import { sameShape } from '../../base/shape.ts';
import { needDtype } from './elementwise.ts';
import type { InferRow, InferRows } from './row.ts';

const numbers: readonly Dtype[] = ['float32', 'int32'];

function reduction(emptyAllowed: boolean): InferRow<'sum' | 'reduceMax'> {
  return {
    operands: 1,
    rule: (op, [x], refuse) => {
      needDtype(x!, numbers, refuse);
      op.axes.forEach((axis, i) => {
        if (!(axis in x!.shape)) refuse(`axis ${axis} is not one of ${x!.shape.length} axes`);
        if (i > 0 && axis <= op.axes[i - 1]!) refuse(`the axes [${op.axes.join(', ')}] are not sorted or repeat`);
        if (!emptyAllowed && x!.shape[axis] === 0) refuse(`axis ${axis} is empty and has no maximum`);
      });
      const shape = op.keepDims
        ? x!.shape.map((d, axis) => (op.axes.includes(axis) ? 1 : d))
        : x!.shape.filter((_, axis) => !op.axes.includes(axis));
      return { shape, dtype: x!.dtype };
    },
  };
}

function softmax(): InferRow<'softmax' | 'logSoftmax'> {
  return {
    operands: 1,
    rule: (op, [x], refuse) => {
      needDtype(x!, ['float32'], refuse);
      if (!(op.axis in x!.shape)) refuse(`axis ${op.axis} is not one of ${x!.shape.length} axes`);
      return { shape: x!.shape, dtype: x!.dtype };
    },
  };
}

export const reductionRows: InferRows<'sum' | 'reduceMax' | 'argMax' | 'softmax' | 'logSoftmax' | 'matmul'> = {
  sum: reduction(true),
  reduceMax: reduction(false),
  argMax: {
    operands: 1,
    rule: (op, [x], refuse) => {
      needDtype(x!, numbers, refuse);
      if (!(op.axis in x!.shape)) refuse(`axis ${op.axis} is not one of ${x!.shape.length} axes`);
      if (x!.shape[op.axis] === 0) refuse(`axis ${op.axis} is empty and has no maximum`);
      return { shape: x!.shape.filter((_, axis) => axis !== op.axis), dtype: 'int32' };
    },
  },
  softmax: softmax(),
  logSoftmax: softmax(),
  matmul: {
    operands: 2,
    rule: (op, [a, b], refuse) => {
      needDtype(a!, ['float32'], refuse);
      needDtype(b!, ['float32'], refuse);
      const rank = a!.shape.length;
      if (rank < 2 || b!.shape.length !== rank) refuse('both operands need the same rank, at least 2');
      const batch = a!.shape.slice(0, -2);
      if (!sameShape(batch, b!.shape.slice(0, -2))) refuse('the batch dimensions differ');
      const [rows, inner] = matrix(a!.shape, op.transposeA);
      const [innerB, columns] = matrix(b!.shape, op.transposeB);
      if (inner !== innerB) {
        refuse(
          `the inner dimensions ${inner} and ${innerB} differ`,
          `The ${op.transposeA ? 'rows' : 'columns'} of the first must be as many as the ${op.transposeB ? 'columns' : 'rows'} of the second.`,
        );
      }
      return { shape: [...batch, rows, columns], dtype: 'float32' };
    },
  },
};

/** [rows, columns] of the last two axes, after the transpose. */
function matrix(shape: readonly number[], transposed: boolean): [number, number] {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  return transposed ? [columns, rows] : [rows, columns];
}
