import { zeros } from '../init/zeros.ts';
import { dense } from '../layer/dense.ts';
import { flatten } from '../layer/flatten.ts';
import { type Sequential, sequential } from '../layer/sequential.ts';

/**
 * Multinomial logistic regression: one dense layer on the raw inputs, for `softmaxCrossEntropy`. Convex: it may start from
 * zeros, and whatever the optimizer, the best loss is the same.
 *
 * x [N, …] → [N, classes].
 *
 * @example logisticRegression({ classes: 10 })
 */
export function logisticRegression({ classes }: { readonly classes: number }): Sequential {
  return sequential(flatten(), dense(classes, { weightInitializer: zeros() }));
}
