/** Some of the examples of a data set, as a data set. The bytes stay where they are. */

import type { HostArray } from '../base/dtype.ts';
import { DataError } from '../base/errors.ts';
import { checkNumber } from '../base/options.ts';
import { type Dataset, description, type TargetArrays } from './dataset.ts';

/**
 * The examples at `indices`, in that order; an index may stand more than once.
 *
 * @throws DataError where there are none, or where an index is outside 0 … size − 1.
 */
export function subset(dataset: Dataset, indices: ArrayLike<number>): Dataset {
  const chosen = new Uint32Array(indices.length);
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i]!;
    if (!(Number.isInteger(index) && index >= 0 && index < dataset.size)) {
      throw new DataError('data/index', `there is no example ${index}`, {
        place: `subset of ${dataset.name}`,
        mend: `Indices run from 0 to ${dataset.size - 1}.`,
      });
    }
    chosen[i] = index;
  }
  if (chosen.length === 0)
    throw new DataError('data/empty', 'there are no examples', { place: 'subset', mend: 'Give one index at least.' });

  const { weights } = dataset;
  let scratch = new Uint32Array(0);
  return Object.freeze({
    ...description(dataset),
    size: chosen.length,
    ...(weights === undefined ? {} : { weights: Float32Array.from(chosen, (index) => weights[index]!) }),
    copy(rows: ArrayLike<number>, input: HostArray, target: TargetArrays): void {
      if (scratch.length !== rows.length) scratch = new Uint32Array(rows.length);
      for (let i = 0; i < rows.length; i++) {
        const index = chosen[rows[i]!];
        if (index === undefined) {
          throw new DataError('data/index', `there is no example ${rows[i]}`, {
            place: `subset of ${dataset.name}`,
            mend: `Indices run from 0 to ${chosen.length - 1}.`,
          });
        }
        scratch[i] = index;
      }
      dataset.copy(scratch, input, target);
    },
  });
}

/**
 * The first `count` examples (1 … size). Data sets come sorted: where the order means something, `split` draws a fair
 * sample instead.
 */
export function take(dataset: Dataset, count: number): Dataset {
  checkNumber('take', 'count', count, { integer: true, min: 1, max: dataset.size });
  return subset(
    dataset,
    Uint32Array.from({ length: count }, (_, i) => i),
  );
}
