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
  const ones = (length: number) => e.float(new Float32Array(length).fill(1), [length]);
  // A vector on the left is a row whose axis MatMul drops again: [parts, rows, columns] becomes [parts, columns].
  const parts = rows * columns < WORTH_PARTS || rows % PARTS > 0 ? 1 : PARTS;
  const stack = parts === 1 ? [rows, columns] : [parts, rows / parts, columns];
  const sums = e.op('MatMul', [ones(rows / parts), e.reshapeFrom(operands[0]!, shapes[0]!, stack)]);
  return e.reshapeFrom(parts === 1 ? sums : e.op('MatMul', [ones(parts), sums]), [columns], shape);
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
