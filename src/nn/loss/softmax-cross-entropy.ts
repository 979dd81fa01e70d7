import { frozen } from '../../base/frozen.ts';
import { type OptionSpecs, optional, readOptions, share } from '../../base/option-spec.ts';
import { add, mul, neg } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { gather, takeAlong } from '../../graph/indexing.ts';
import { sum } from '../../graph/reduction.ts';
import { logSoftmax } from '../../graph/softmax.ts';
import { classTargets } from '../prediction.ts';
import {
  type ClassWeighting,
  classWeightingOptions,
  classWeightsFor,
  logShares,
  overCounted,
  weightOfClasses,
} from './class-weighting.ts';
import type { LossRow } from './loss.ts';

export interface SoftmaxCrossEntropyOptions extends ClassWeighting {
  /**
   * ε in [0, 1]: the target is 1 − ε for the label and ε / classes more for every class, so that logits need not grow
   * without end. Szegedy et al. (2016) take 0.1. Default 0.
   */
  readonly labelSmoothing?: number;
}

/** Description of softmax cross-entropy. */
export interface SoftmaxCrossEntropy extends SoftmaxCrossEntropyOptions {
  readonly loss: 'softmaxCrossEntropy';
}

const softmaxCrossEntropyOptions = {
  labelSmoothing: optional(share),
  ...classWeightingOptions,
} satisfies OptionSpecs;

/**
 * The negative log-likelihood of the right class under softmax: log Σ_j e^z_j − z_label, in nats; over a batch, the mean.
 *
 * Predictions: logits z, float32 [N, classes] (no softmax layer before it). Targets: class numbers from 0, int32 or
 * uint8 [N]. For sequences, [N, …, classes] with [N, …]: the mean over positions. Exact at logits of any size: the
 * largest is subtracted first.
 *
 * With class weights w and smoothing ε: (1 − ε) w_label (−log p_label) + ε / classes · Σ_c w_c (−log p_c), divided by
 * Σ w_label (PyTorch's `CrossEntropyLoss`). A batch of which no label counts has loss 0; PyTorch gives NaN.
 *
 * @example train({ model, loss: softmaxCrossEntropy(), … })
 * @example softmaxCrossEntropy({ labelSmoothing: 0.1, classWeights: [1, 1, 5], ignoredLabel: -1 })
 */
export function softmaxCrossEntropy(options: SoftmaxCrossEntropyOptions = {}): SoftmaxCrossEntropy {
  return frozen({ loss: place, ...readOptions(place, softmaxCrossEntropyOptions, options) });
}

const place = 'softmaxCrossEntropy';

export const softmaxCrossEntropyRow: LossRow<SoftmaxCrossEntropy> = {
  options: softmaxCrossEntropyOptions,
  targets: 'classes',
  read: softmaxCrossEntropy,
  perExample: (loss, predictions, targets) => {
    const found = classTargets(place, predictions, targets, loss);
    const { logits, labels, classes } = found;
    const positions = labels.shape[0]!;
    const logs = logSoftmax(logits, 1);
    const likelihood = takeAlong(logs, reshape(labels, [positions, 1]), 1);
    const weights = classWeightsFor(place, loss, found);
    let each = neg(reshape(likelihood, [positions]));
    if (weights !== undefined) each = mul(each, gather(weights, labels, 0));
    const { labelSmoothing = 0 } = loss;
    if (labelSmoothing > 0) {
      const ofAll = neg(sum(weights === undefined ? logs : mul(logs, weights), 1));
      each = add(mul(each, 1 - labelSmoothing), mul(ofAll, labelSmoothing / classes));
    }
    return overCounted(loss, found, each, weights);
  },
  // The loss is Σ_c a_c (−log p_c) with a_c as below, so the best p is a / Σ a.
  bestConstant: (loss, labels, classes) => {
    const { labelSmoothing = 0, ignoredLabel, classWeights } = loss;
    const ofLabels = weightOfClasses(loss, labels, classes);
    if (labelSmoothing === 0) return logShares(ofLabels);
    const counted = weightOfClasses({ ...(ignoredLabel === undefined ? {} : { ignoredLabel }) }, labels, classes);
    const spread = (labelSmoothing * counted.reduce((total, count) => total + count, 0)) / classes;
    return logShares(ofLabels.map((weight, c) => (1 - labelSmoothing) * weight + spread * (classWeights?.[c] ?? 1)));
  },
};
