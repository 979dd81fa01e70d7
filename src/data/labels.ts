/** Class labels as a softmax needs them: integers 0 … classes − 1. */

import { DataError } from '../base/errors.ts';

/**
 * `labels` as int32, each checked to be an integer in 0 … classes − 1. Throws a `DataError` naming the first row (counted
 * from 0) and value that is not. An `Int32Array` is returned as it is.
 */
export function classLabels(labels: ArrayLike<number>, classes: number, place: string): Int32Array {
  const result = labels instanceof Int32Array ? labels : new Int32Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row]!;
    if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
      throw new DataError('data/label', `the label in row ${row} (counted from 0) is ${label}`, {
        place,
        mend: `With ${classes} classes, labels are the integers 0 to ${classes - 1}.`,
      });
    }
    result[row] = label;
  }
  return result;
}
