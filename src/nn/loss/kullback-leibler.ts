import { frozen } from '../../base/frozen.ts';
import { greater, log, mul, sub, where } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { mean, sum } from '../../graph/reduction.ts';
import { logSoftmax } from '../../graph/softmax.ts';
import { distributions } from '../prediction.ts';
import { logShares } from './class-weighting.ts';
import type { LossRow } from './loss.ts';
import { byUnit } from './unit-means.ts';

export interface KullbackLeibler {
  readonly loss: 'kullbackLeibler';
}

/**
 * The Kullback-Leibler divergence of the softmax of the logits from target distributions t: Σ_c t_c (log t_c − log p_c), in
 * nats, with 0 log 0 = 0; the mean over positions and batch (PyTorch's `KLDivLoss` on log-softmax, reduction `batchmean`).
 * Its gradient is that of the cross-entropy with soft targets; its least value is 0.
 *
 * Predictions: logits z, float32 [N, classes] or [N, …, classes]. Targets: probabilities, float32 of the same shape, each
 * row ≥ 0 with sum 1.
 *
 * @example train({ model: student, loss: kullbackLeibler(), training: withTeachersProbabilities, … })
 */
export function kullbackLeibler(): KullbackLeibler {
  return frozen({ loss: 'kullbackLeibler' });
}

export const kullbackLeiblerRow: LossRow<KullbackLeibler> = {
  options: {},
  targets: 'quantities',
  read: kullbackLeibler,
  perExample: (_, predictions, targets) => {
    const { logits, targets: t, batch } = distributions('kullbackLeibler', predictions, targets);
    const logOfTarget = log(where(greater(t, 0), t, 1));
    const each = sum(mul(t, sub(logOfTarget, logSoftmax(logits, 1))), 1);
    return { values: mean(reshape(each, [batch, each.shape[0]! / batch]), 1) };
  },
  bestConstant: (_, targets, units) =>
    logShares(byUnit(targets, units).map((values) => values.reduce((sum, value) => sum + value, 0))),
};
