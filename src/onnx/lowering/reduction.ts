/** Reductions and the normalisations along an axis. */

import { size } from '../../base/shape.ts';
import type { Row, Rows } from '../site.ts';

/** The longest column that is summed as a product with ones: they are a constant in the model. */
const LONGEST_COLUMN = 4096;

/** From so many elements on, the rows are summed in parts first: several threads take part, where a single row has one. */
const WORTH_PARTS = 2 ** 18;
const PARTS = 8;

/**
 * Sums over the first axes, such as the gradient of a dense layer's bias or of what is added to each example, as a
 * product of a row of ones with a matrix: ONNX Runtime's ReduceSum along the first axis is several times slower than its
 * MatMul on more than one thread, and where what remains is large on one thread too.
 */
const columnSums: Row<'sum'> = (e, { op, shapes, operands, shape }) => {
  const rows = size(shapes[0]!.slice(0, op.axes.length));
  const columns = size(shapes[0]!.slice(op.axes.length));
  const onesBy = (...dimensions: number[]) => e.float(new Float32Array(size(dimensions)).fill(1), dimensions);
  if (rows * columns < WORTH_PARTS || rows % PARTS > 0) {
    const matrix = e.reshapeFrom(operands[0]!, shapes[0]!, [rows, columns]);
    return e.reshapeFrom(e.op('MatMul', [onesBy(1, rows), matrix]), [1, columns], shape);
  }
  const parts = e.reshapeFrom(operands[0]!, shapes[0]!, [PARTS, rows / PARTS, columns]);
  const sums = e.reshape(e.op('MatMul', [onesBy(PARTS, 1, rows / PARTS), parts]), [PARTS, columns]);
  return e.reshapeFrom(e.op('MatMul', [onesBy(1, PARTS), sums]), [1, columns], shape);
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
    const { axes } = site.op;
    const [shape] = site.shapes;
    const rows = size(shape!.slice(0, axes.length));
    const first = axes.length > 0 && axes.length < shape!.length && axes.every((axis, i) => axis === i);
    const fits = rows > 0 && rows <= LONGEST_COLUMN && !shape!.includes(0);
    return first && fits && site.dtype === 'float32' ? columnSums(e, site) : reduce('ReduceSum')(e, site);
  },
  reduceMax: reduce('ReduceMax'),
  argMax: (e, { op, operands }) => e.cast(e.op('ArgMax', operands, { axis: op.axis, keepdims: 0 }), 'int32'),
  softmax: (e, { op, operands }) => e.op('Softmax', operands, { axis: op.axis }),
  logSoftmax: (e, { op, operands }) => e.op('LogSoftmax', operands, { axis: op.axis }),
};
