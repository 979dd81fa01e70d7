/** Gathering and scattering by int32 indices. */

import type { Rows } from '../site.ts';

export const indexingRows: Rows<'gather' | 'scatterAdd' | 'takeAlong' | 'putAlong'> = {
  gather: (e, { op, operands }) => e.op('Gather', operands, { axis: op.axis }),
  takeAlong: (e, { op, operands }) => e.op('GatherElements', operands, { axis: op.axis }),
  putAlong: (e, { op, operands: [indices, updates], shape, dtype }) =>
    e.op('ScatterElements', [e.zeros(dtype, shape), indices!, updates!], { axis: op.axis, reduction: 'add' }),
  scatterAdd: (e, { op, operands: [indices, updates], shapes, shape, dtype }) => {
    // The indices' axes become one, and the indices are repeated over all others.
    const rank = shapes[0]!.length;
    const count = shapes[0]!.reduce((product, dimension) => product * dimension, 1);
    const merged = [...shapes[1]!.slice(0, op.axis), count, ...shapes[1]!.slice(op.axis + rank)];
    const line = merged.map((_, axis) => (axis === op.axis ? count : 1));
    const places = e.expand(e.reshapeFrom(indices!, shapes[0]!, line), merged);
    const values = e.reshapeFrom(updates!, shapes[1]!, merged);
    return e.op('ScatterElements', [e.zeros(dtype, shape), places, values], { axis: op.axis, reduction: 'add' });
  },
};
