/** A walk over a whole data set in pieces that fit in the cache, for what looks at every example once. */

import { type HostArray, hostArray } from '../base/dtype.ts';
import { OptionError } from '../base/errors.ts';
import { size as elementCount } from '../base/shape.ts';
import type { Dataset } from './dataset.ts';

const BLOCK = 256;

/** Calls `visit` with the first `count` rows of the arrays filled; the arrays are used again for the next block. */
export function visitBlocks(
  dataset: Dataset,
  visit: (input: HostArray, target: HostArray, start: number, count: number) => void,
): void {
  const input = hostArray(dataset.input.dtype, BLOCK * elementCount(dataset.input.shape));
  const target = hostArray(dataset.target.dtype, BLOCK * elementCount(dataset.target.shape));
  const indices = new Uint32Array(BLOCK);
  for (let start = 0; start < dataset.size; start += BLOCK) {
    const count = Math.min(BLOCK, dataset.size - start);
    for (let i = 0; i < count; i++) indices[i] = start + i;
    dataset.copy(count === BLOCK ? indices : indices.subarray(0, count), input, target);
    visit(input, target, start, count);
  }
}

/** The class label of every example of a set whose target is one. Throws an OptionError where it is none, or several. */
export function readLabels(dataset: Dataset): Int32Array {
  const { classes, shape } = dataset.target;
  if (classes === undefined || shape.length > 0) {
    throw new OptionError('data/target', `the targets of ${dataset.name} are no class labels, one for each example`, {
      place: 'readLabels',
      mend: 'Give a set whose target is one class number for each example.',
    });
  }
  const labels = new Int32Array(dataset.size);
  visitBlocks(dataset, (_, target, start, count) => {
    labels.set(target.subarray(0, count), start);
  });
  return labels;
}
