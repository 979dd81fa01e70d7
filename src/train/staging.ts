/** The arrays that a batch is copied into before a program reads it: bound once, filled anew for each batch. */

import { type Dtype, type HostArray, hostArray } from '../base/dtype.ts';
import { size } from '../base/shape.ts';
import type { Dataset, FieldSpec } from '../data/dataset.ts';

/** The arrays of one batch. */
export interface Staging {
  readonly input: HostArray;
  readonly target: HostArray;
  /** What each example counts in the loss. */
  readonly weights: Float32Array;
  /** `length` examples of the arrays, from example `begin` (default the first). */
  of(
    length: number,
    begin?: number,
  ): { readonly input: HostArray; readonly target: HostArray; readonly weights: Float32Array };
}

/** Room for batches of up to `length` examples. */
export function createStaging(input: FieldSpec, target: FieldSpec, length: number): Staging {
  const room = ({ shape, dtype }: FieldSpec) => hostArray(dtype as Dtype, length * size(shape));
  const inputs = room(input);
  const targets = room(target);
  const weights = new Float32Array(length).fill(1);
  const inputSize = size(input.shape);
  const targetSize = size(target.shape);
  return {
    input: inputs,
    target: targets,
    weights,
    of: (n, begin = 0) => ({
      input: inputs.subarray(begin * inputSize, (begin + n) * inputSize),
      target: targets.subarray(begin * targetSize, (begin + n) * targetSize),
      weights: weights.subarray(begin, begin + n),
    }),
  };
}

/** Copies the examples at `indices` to the front. */
export function stage(staging: Staging, dataset: Dataset, indices: ArrayLike<number>): void {
  dataset.copy(indices, staging.input, staging.target);
  const { weights } = dataset;
  if (weights === undefined) staging.weights.fill(1);
  else for (let i = 0; i < indices.length; i++) staging.weights[i] = weights[indices[i]!]!;
}
