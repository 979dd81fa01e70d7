/** Reductions and the normalisations along an axis. */

import type { Row, Rows } from '../site.ts';

const reduce =
  (type: string): Row<'sum' | 'reduceMax'> =>
  (e, { op, operands }) =>
    // To ONNX, no axes are all axes.
    op.axes.length === 0
      ? operands[0]!
      : e.op(type, [operands[0]!, e.int64(op.axes)], { keepdims: Number(op.keepDims) });

export const reductionRows: Rows<'sum' | 'reduceMax' | 'argMax' | 'softmax' | 'logSoftmax'> = {
  sum: reduce('ReduceSum'),
  reduceMax: reduce('ReduceMax'),
  argMax: (e, { op, operands }) => e.cast(e.op('ArgMax', operands, { axis: op.axis, keepdims: 0 }), 'int32'),
  softmax: (e, { op, operands }) => e.op('Softmax', operands, { axis: op.axis }),
  logSoftmax: (e, { op, operands }) => e.op('LogSoftmax', operands, { axis: op.axis }),
};
