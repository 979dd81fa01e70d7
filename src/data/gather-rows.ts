/** The one inner loop of loading data: rows of a typed array, picked by index, to the front of another. */

import type { HostArray } from '../base/dtype.ts';
import { DataError } from '../base/errors.ts';

/** Below this many elements a loop beats making a view. */
const SHORT_ROW = 16;

function refuse(index: number, count: number): never {
  throw new DataError('data/index', `there is no example ${index}`, {
    mend: `Indices run from 0 to ${count - 1}.`,
  });
}

/** `destination[i] = rows[indices[i]]`, each row `width` elements; neighbouring rows move as one block. */
export function gatherRows(
  rows: HostArray,
  width: number,
  indices: ArrayLike<number>,
  destination: HostArray,
  count: number,
): void {
  const picked = indices.length;
  if (width < SHORT_ROW) {
    for (let i = 0; i < picked; i++) {
      const index = indices[i]!;
      if (!(Number.isInteger(index) && index >= 0 && index < count)) refuse(index, count);
      for (let j = 0; j < width; j++) destination[i * width + j] = rows[index * width + j]!;
    }
    return;
  }
  for (let i = 0; i < picked; ) {
    const index = indices[i]!;
    let end = i + 1;
    while (end < picked && indices[end] === index + end - i) end++;
    if (!(Number.isInteger(index) && index >= 0)) refuse(index, count);
    if (index + end - i > count) refuse(Math.max(index, count), count);
    destination.set(rows.subarray(index * width, (index + end - i) * width), i * width);
    i = end;
  }
}
