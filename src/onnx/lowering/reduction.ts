/** Reductions and the normalisations along an axis. */

import { sameShape } from '../../base/shape.ts';
import type { Row, Rows } from '../site.ts';

/** The longest column that is summed as a product with ones: they are a constant in the model. */
const LONGEST_COLUMN = 4096;

/**
 * The sums of a matrix's columns, such as the gradient of a dense layer's bias, as a product with a row of ones: ONNX
 * Runtime's ReduceSum along the first axis is several times slower than its MatMul on more than one thread.
 */
const columnSums: Row<'sum'> = (e, { shapes, operands, shape }) => {
  const rows = shapes[0]![0]!;
  const ones = e.float(new Float32Array(rows).fill(1), shape.length === 2 ? [1, rows] : [rows]);
  return e.op('MatMul', [ones, operands[0]!]);
};

const reduce =
  (type: string): Row<'sum' | 'reduceMax'> =>
  (e, { op, operands }) =>
    // To ONNX, no axes are all axes.
    op.axes.length === 0
      ? operands[0]!
      : e.op(type, [operands[0]!, e.int64(op.axes)], { keepdims: Number(op.keepDims) });

export const reductionRows: Rows<'sum' | 'reduceMax' | 'argMax' | 'softmax' | 'logSoftmax'> = {
  sum: (e, site) => {
    const [shape] = site.shapes;
    const columns = shape!.length === 2 && sameShape(site.op.axes, [0]) && site.dtype === 'float32';
    const fits = shape![0]! > 0 && shape![0]! <= LONGEST_COLUMN && shape![1]! > 0;
    return columns && fits ? columnSums(e, site) : reduce('ReduceSum')(e, site);
  },
  reduceMax: reduce('ReduceMax'),
  argMax: (e, { op, operands }) => e.cast(e.op('ArgMax', operands, { axis: op.axis, keepdims: 0 }), 'int32'),
  softmax: (e, { op, operands }) => e.op('Softmax', operands, { axis: op.axis }),
  logSoftmax: (e, { op, operands }) => e.op('LogSoftmax', operands, { axis: op.axis }),
};
