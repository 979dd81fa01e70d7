/** A number for each example of a batch, and how they become one number, also where examples count unequally. */

import { add, cast, div, equal, mul } from '../graph/elementwise.ts';
import { concat, reshape } from '../graph/form.ts';
import { mean, sum } from '../graph/reduction.ts';
import type { Tensor } from '../graph/tensor.ts';

export interface PerExample {
  /** [N], float32: each example's number, times what it counts. */
  readonly values: Tensor;
  /** [N], float32 ≥ 0: what each counts in the mean, Σ values / Σ weights; 1 each where they are left out. */
  readonly weights?: Tensor;
}

/** The same, with each example counting `factors` ([N], float32 ≥ 0) times as much. */
export function countedBy({ values, weights }: PerExample, factors: Tensor | undefined): PerExample {
  if (factors === undefined) return weights === undefined ? { values } : { values, weights };
  return { values: mul(values, factors), weights: weights === undefined ? factors : mul(weights, factors) };
}

/** The mean over the examples of a batch, a scalar. Where none counts it is 0, and so is its gradient. */
export function meanOverExamples({ values, weights }: PerExample): Tensor {
  if (weights === undefined) return mean(values);
  const weight = sum(weights);
  return div(sum(values), add(weight, cast(equal(weight, 0), 'float32')));
}

/** What adds up over batches: Σ values, a scalar; where examples count unequally, [Σ values, Σ weights]. */
export function sumsOverExamples({ values, weights }: PerExample): Tensor {
  const total = sum(values);
  return weights === undefined ? total : concat([reshape(total, [1]), reshape(sum(weights), [1])], 0);
}

/** The mean that such sums stand for, added up over batches of so many examples. */
export function meanOfSums(sums: ArrayLike<number>, examples: number): number {
  const weight = sums.length === 1 ? examples : sums[1]!;
  return weight === 0 ? 0 : sums[0]! / weight;
}
