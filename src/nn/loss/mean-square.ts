import { frozen } from '../../base/frozen.ts';
import { square, sub } from '../../graph/elementwise.ts';
import { mean } from '../../graph/reduction.ts';
import { paired } from '../prediction.ts';
import type { LossRow } from './loss.ts';
import { unitMeans } from './unit-means.ts';

export interface MeanSquare {
  readonly loss: 'meanSquare';
}

/**
 * The mean of (prediction − target)² over the units of an example, and then over the batch: Σ (y − t)² / (N · units), with
 * no factor ½ (PyTorch's `MSELoss`).
 *
 * Predictions: float32 [N], [N, 1] or [N, …]. Targets: float32, int32 or uint8 of the same shape ([N] goes with [N, 1]).
 *
 * @example train({ model, loss: meanSquare(), … })
 */
export function meanSquare(): MeanSquare {
  return frozen({ loss: 'meanSquare' });
}

export const meanSquareRow: LossRow<MeanSquare> = {
  options: {},
  targets: 'quantities',
  read: meanSquare,
  perExample: (_, predictions, targets) => {
    const { predictions: y, targets: t } = paired('meanSquare', predictions, targets);
    return { values: mean(square(sub(y, t)), 1) };
  },
  bestConstant: (_, targets, units) => unitMeans(targets, units),
};
