/** Operators that move elements without computing. */

import { type Shape, sameShape } from '../../base/shape.ts';
import type { Emitter } from '../emitter.ts';
import type { Rows } from '../site.ts';
import { transposition } from './transpose.ts';

export const formRows: Rows<'reshape' | 'transpose' | 'broadcastTo' | 'slice' | 'pad' | 'concat'> = {
  reshape: (e, { operands, shapes, shape }) => e.reshapeFrom(operands[0]!, shapes[0]!, shape),
  transpose: transposition,
  broadcastTo: (e, { operands, shapes, shape }) =>
    sameShape(shapes[0]!, shape) ? operands[0]! : e.expand(operands[0]!, shape),
  // Every part asks for the same Split; the emitter makes it once.
  slice: (e, { op, operands, shapes, split }) =>
    split === undefined
      ? e.slice(operands[0]!, shapes[0]!, op.starts, op.ends, op.steps)
      : e.split(operands[0]!, split.axis, split.sizes)[split.index]!,
  pad: (e, { op, operands, shapes, dtype }) => {
    const spread = interleave(e, operands[0]!, shapes[0]!, op.interior, op.value, dtype);
    return e.pad(spread, op.low, op.high, op.value, dtype);
  },
  concat: (e, { op, operands }) => (operands.length === 1 ? operands[0]! : e.op('Concat', operands, { axis: op.axis })),
};

/**
 * `interior` copies of the value between neighbours. ONNX has no such operator: each element gets an axis of its own,
 * which is padded and merged; the copies after the last element are cut off.
 */
function interleave(
  e: Emitter,
  x: string,
  shape: Shape,
  interior: readonly number[],
  value: number,
  dtype: Parameters<Emitter['constant']>[0],
): string {
  // An axis of one element has no neighbours.
  const between = interior.map((n, axis) => (shape[axis]! > 1 ? n : 0));
  if (between.every((n) => n === 0)) return x;
  const split = shape.flatMap((dimension, axis) => (between[axis]! > 0 ? [dimension, 1] : [dimension]));
  const after = between.flatMap((n) => (n > 0 ? [0, n] : [0]));
  const wide = shape.map((dimension, axis) => dimension * (1 + between[axis]!));
  const padded = e.pad(
    e.reshape(x, split),
    split.map(() => 0),
    after,
    value,
    dtype,
  );
  const ends = wide.map((dimension, axis) => dimension - between[axis]!);
  return e.slice(
    e.reshape(padded, wide),
    wide,
    wide.map(() => 0),
    ends,
  );
}
