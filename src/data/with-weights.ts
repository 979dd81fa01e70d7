/** How much each example of a data set counts in the loss. */

import { DataError, ShapeError } from '../base/errors.ts';
import { type Dataset, describedAs } from './dataset.ts';

/**
 * The same examples, each with a weight ≥ 0: an example of weight 2 counts in the loss as two, one of weight 0 not at all.
 * The loss of a batch is Σ weight · loss / Σ weight. Metrics count every example once.
 *
 * @throws ShapeError where there is not one weight for each example; DataError for a negative or infinite one, or where
 * all are 0.
 * @example train({ training: withWeights(training, ages.map((age) => 0.5 ** age)), … })
 */
export function withWeights(dataset: Dataset, weights: ArrayLike<number>): Dataset {
  const place = `withWeights of ${dataset.name}`;
  if (weights.length !== dataset.size) {
    throw new ShapeError('data/length', `${weights.length} weights for ${dataset.size} examples`, {
      place,
      mend: 'Give one weight for each example.',
    });
  }
  const stored = Float32Array.from(weights);
  stored.forEach((weight, i) => {
    if (Number.isFinite(weight) && weight >= 0) return;
    throw new DataError('data/weight', `the weight of example ${i} (counted from 0) is ${weights[i]}`, {
      place,
      mend: 'Give finite numbers, at least 0.',
    });
  });
  if (stored.every((weight) => weight === 0)) {
    throw new DataError('data/weight', 'all weights are 0', { place, mend: 'Give some example a weight above 0.' });
  }
  return describedAs(dataset, { weights: stored });
}
