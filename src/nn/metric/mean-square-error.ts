import { frozen } from '../../base/frozen.ts';
import { meanSquare, meanSquareRow } from '../loss/mean-square.ts';
import type { MeanMetricRow } from './metric.ts';

export interface MeanSquareError {
  readonly metric: 'meanSquareError';
}

/**
 * The mean of (prediction − target)² over units and examples: what `meanSquare` minimises, beside another loss.
 *
 * @example train({ model, loss: huber(), metrics: { square: meanSquareError() }, … })
 */
export function meanSquareError(): MeanSquareError {
  return frozen({ metric: 'meanSquareError' });
}

export const meanSquareErrorRow: MeanMetricRow<MeanSquareError> = {
  options: {},
  better: 'lower',
  read: meanSquareError,
  perExample: (_, predictions, targets) => meanSquareRow.perExample(meanSquare(), predictions, targets),
};
