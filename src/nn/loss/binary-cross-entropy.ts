import { frozen } from '../../base/frozen.ts';
import { add, mul, neg, softplus, sub } from '../../graph/elementwise.ts';
import { mean } from '../../graph/reduction.ts';
import { paired } from '../prediction.ts';
import type { LossRow } from './loss.ts';
import { unitMeans } from './unit-means.ts';

export interface BinaryCrossEntropy {
  readonly loss: 'binaryCrossEntropy';
}

/**
 * The negative log-likelihood of 0/1 targets under a sigmoid: t · softplus(−z) + (1 − t) · softplus(z), in nats; the mean
 * over the units of an example, and then over the batch (PyTorch's `BCEWithLogitsLoss`).
 *
 * Predictions: logits z, float32 [N], [N, 1] or [N, …]. Targets t in [0, 1], float32, int32 or uint8, of the same shape
 * ([N] goes with [N, 1]). Both terms are positive, so nothing cancels: exact at logits of any size, with its derivatives.
 *
 * @example train({ model, loss: binaryCrossEntropy(), … })
 */
export function binaryCrossEntropy(): BinaryCrossEntropy {
  return frozen({ loss: 'binaryCrossEntropy' });
}

export const binaryCrossEntropyRow: LossRow<BinaryCrossEntropy> = {
  options: {},
  targets: 'quantities',
  read: binaryCrossEntropy,
  perExample: (_, predictions, targets) => {
    const { predictions: z, targets: t } = paired('binaryCrossEntropy', predictions, targets);
    return { values: mean(add(mul(t, softplus(neg(z))), mul(sub(1, t), softplus(z))), 1) };
  },
  // Half an example is added to either side (Krichevsky and Trofimov), so that no bias is infinite.
  bestConstant: (_, targets, units) => {
    const rows = targets.length / units;
    return unitMeans(targets, units).map((mean) => Math.log((mean * rows + 0.5) / ((1 - mean) * rows + 0.5)));
  },
};
