/** The arrays that a batch is copied into before a program reads it: bound once, filled anew for each batch. */

import { type Dtype, type HostArray, hostArray } from '../base/dtype.ts';
import { size } from '../base/shape.ts';
import type { Dataset, FieldSpec } from '../data/dataset.ts';

/** The arrays of one batch. */
export interface Staging {
  readonly input: HostArray;
  readonly target: HostArray;
  /** `length` examples of both arrays, from example `begin` (default the first). */
  of(length: number, begin?: number): { readonly input: HostArray; readonly target: HostArray };
}

/** Room for batches of up to `length` examples. */
export function createStaging(input: FieldSpec, target: FieldSpec, length: number): Staging {
  const room = ({ shape, dtype }: FieldSpec) => hostArray(dtype as Dtype, length * size(shape));
  const inputs = room(input);
  const targets = room(target);
  const inputSize = size(input.shape);
  const targetSize = size(target.shape);
  return {
    input: inputs,
    target: targets,
    of: (n, begin = 0) => ({
      input: inputs.subarray(begin * inputSize, (begin + n) * inputSize),
      target: targets.subarray(begin * targetSize, (begin + n) * targetSize),
    }),
  };
}

/** Copies the examples at `indices` to the front. */
export function stage(staging: Staging, dataset: Dataset, indices: ArrayLike<number>): void {
  dataset.copy(indices, staging.input, staging.target);
}
