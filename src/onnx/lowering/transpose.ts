/**
 * Transposes. ONNX Runtime moves much with one thread of several; where these have caches of their own, it has what the
 * others computed to fetch. Two cases have operators that all threads share.
 *
 * The last two axes are exchanged by way of the engine's blocks of channels, into them and out of them:
 * [rows, columns] → [columns / block, rows, block] → [columns, rows]. A short axis and the long one after it, before rows
 * that stay whole, such as attention's heads and steps, are exchanged by gathering the rows.
 */

import { type Shape, size } from '../../base/shape.ts';
import type { Emitter } from '../emitter.ts';
import { blockedDomain } from '../model.ts';
import type { Row } from '../site.ts';

/** Fewer elements are moved before other threads have begun. */
const WORTH_SHARING = 2 ** 16;

/** Rows of fewer elements are not worth an index each. */
const SHORTEST_ROW = 32;

/** Rows in an example at the most: their indices are a constant in the model. */
const MOST_ROWS = 2 ** 14;

export const transposition: Row<'transpose'> = (e, { op, operands, shapes, dtype, threads, channelBlock }) => {
  const [x] = operands as [string];
  const [shape] = shapes as [Shape];
  if (threads > 1 && dtype === 'float32' && size(shape) >= WORTH_SHARING) {
    const axis = exchanged(op.permutation);
    const fits = channelBlock !== undefined && shape.at(-1)! % channelBlock === 0;
    if (axis === shape.length - 2 && fits) return throughBlocks(e, x, shape);
    if (axis === shape.length - 3 && isOfRows(shape.slice(-3))) return byGathering(e, x, shape);
  }
  return e.transpose(x, op.permutation);
};

/** The axis that changes places with the next, where nothing else moves. */
function exchanged(permutation: readonly number[]): number | undefined {
  const first = permutation.findIndex((axis, i) => axis !== i);
  const others = permutation.every((axis, i) => axis === i || i === first || i === first + 1);
  return others && permutation[first] === first + 1 && permutation[first + 1] === first ? first : undefined;
}

function isOfRows([short, long, row]: Shape): boolean {
  return short! < long! && row! >= SHORTEST_ROW && short! * long! <= MOST_ROWS;
}

/** Each matrix as an image of one row of pixels with its channels last. */
function throughBlocks(e: Emitter, x: string, shape: Shape): string {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const batch = shape.slice(0, -2);
  const images = e.reshapeFrom(x, shape, [size(batch), 1, rows, columns]);
  const blocks = e.op('ReorderInput', [images], { channels_last: 1 }, blockedDomain);
  const apart = e.op('ReorderOutput', [blocks], { channels: columns, channels_last: 0 }, blockedDomain);
  return e.reshape(apart, [...batch, columns, rows]);
}

function byGathering(e: Emitter, x: string, shape: Shape): string {
  const [short, long, row] = shape.slice(-3) as [number, number, number];
  const batch = shape.slice(0, -3);
  const order = Array.from({ length: short * long }, (_, i) => (i % short) * long + Math.floor(i / short));
  const rows = e.reshape(x, [size(batch), short * long, row]);
  const moved = e.op('Gather', [rows, e.constant('int32', order, [long, short])], { axis: 1 });
  return e.reshapeFrom(moved, [size(batch), long, short, row], [...batch, long, short, row]);
}
