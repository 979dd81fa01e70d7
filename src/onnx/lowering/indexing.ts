/** Gathering and scattering by int32 indices. */

import { size } from '../../base/shape.ts';
import type { Rows } from '../site.ts';

/**
 * Into a table of at most so many rows, a product with the indices' one-hot rows is faster than ScatterElements, which
 * takes about 12 ns for each element on one thread: a product does some 300 multiply-adds in that time.
 */
const MOST_ROWS_BY_PRODUCT = 256;

export const indexingRows: Rows<'gather' | 'scatterAdd' | 'takeAlong' | 'putAlong'> = {
  gather: (e, { op, operands }) => e.op('Gather', operands, { axis: op.axis }),
  takeAlong: (e, { op, operands }) => e.op('GatherElements', operands, { axis: op.axis }),
  putAlong: (e, { op, operands: [indices, updates], shape, dtype }) =>
    e.op('ScatterElements', [e.zeros(dtype, shape), indices!, updates!], { axis: op.axis, reduction: 'add' }),
  scatterAdd: (e, { op, operands: [indices, updates], shapes, shape, dtype }) => {
    // The indices' axes become one, and the indices are repeated over all others.
    const rank = shapes[0]!.length;
    const count = size(shapes[0]!);
    const width = size(shape.slice(1));
    if (op.axis === 0 && dtype === 'float32' && op.size <= MOST_ROWS_BY_PRODUCT && count > 0 && width > 0) {
      const rows = Array.from({ length: op.size }, (_, row) => row);
      const column = e.reshapeFrom(indices!, shapes[0]!, [count, 1]);
      const hot = e.cast(e.op('Equal', [column, e.constant('int32', rows, [1, op.size])]), 'float32');
      const product = e.op('Gemm', [hot, e.reshapeFrom(updates!, shapes[1]!, [count, width])], {
        transA: 1,
        transB: 0,
      });
      return e.reshapeFrom(product, [op.size, width], shape);
    }
    const merged = [...shapes[1]!.slice(0, op.axis), count, ...shapes[1]!.slice(op.axis + rank)];
    const line = merged.map((_, axis) => (axis === op.axis ? count : 1));
    const places = e.expand(e.reshapeFrom(indices!, shapes[0]!, line), merged);
    const values = e.reshapeFrom(updates!, shapes[1]!, merged);
    return e.op('ScatterElements', [e.zeros(dtype, shape), places, values], { axis: op.axis, reduction: 'add' });
  },
};
