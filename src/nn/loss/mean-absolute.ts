import { frozen } from '../../base/frozen.ts';
import { abs, sub } from '../../graph/elementwise.ts';
import { mean } from '../../graph/reduction.ts';
import { paired } from '../prediction.ts';
import type { LossRow } from './loss.ts';
import { byUnit } from './unit-means.ts';

export interface MeanAbsolute {
  readonly loss: 'meanAbsolute';
}

/**
 * The mean of |prediction − target| over the units of an example, and then over the batch (PyTorch's `L1Loss`). What it
 * estimates is the median; outliers weigh no more than others. The derivative where they are equal is taken as 0.
 *
 * Predictions: float32 [N], [N, 1] or [N, …]. Targets: float32, int32 or uint8 of the same shape ([N] goes with [N, 1]).
 *
 * @example train({ model, loss: meanAbsolute(), … })
 */
export function meanAbsolute(): MeanAbsolute {
  return frozen({ loss: 'meanAbsolute' });
}

export const meanAbsoluteRow: LossRow<MeanAbsolute> = {
  options: {},
  targets: 'quantities',
  read: meanAbsolute,
  perExample: (_, predictions, targets) => {
    const { predictions: y, targets: t } = paired('meanAbsolute', predictions, targets);
    return { values: mean(abs(sub(y, t)), 1) };
  },
  bestConstant: (_, targets, units) => byUnit(targets, units).map(median),
};

/** Of an even number of values, the middle between the two in the middle. */
export function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  return (sorted[(sorted.length - 1) >> 1]! + sorted[sorted.length >> 1]!) / 2;
}
