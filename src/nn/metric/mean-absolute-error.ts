import { frozen } from '../../base/frozen.ts';
import { meanAbsolute, meanAbsoluteRow } from '../loss/mean-absolute.ts';
import type { MeanMetricRow } from './metric.ts';

export interface MeanAbsoluteError {
  readonly metric: 'meanAbsoluteError';
}

/**
 * The mean of |prediction − target| over units and examples: what `meanAbsolute` minimises, in the unit of the target.
 *
 * @example train({ model, loss: meanSquare(), metrics: { off: meanAbsoluteError() }, … })
 */
export function meanAbsoluteError(): MeanAbsoluteError {
  return frozen({ metric: 'meanAbsoluteError' });
}

export const meanAbsoluteErrorRow: MeanMetricRow<MeanAbsoluteError> = {
  options: {},
  better: 'lower',
  read: meanAbsoluteError,
  perExample: (_, predictions, targets) => meanAbsoluteRow.perExample(meanAbsolute(), predictions, targets),
};
