import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { exp, mul, neg, pow, sub } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { gather, takeAlong } from '../../graph/indexing.ts';
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

export interface FocalOptions extends ClassWeighting {
  /** γ ≥ 1: how strongly examples that are right already are discounted. Default 2, as in the paper. */
  readonly focus?: number;
}

/** Description of the focal loss. */
export interface Focal extends ClassWeighting {
  readonly loss: 'focal';
  readonly focus: number;
}

const focalOptions = {
  focus: withDefault(number({ min: 1 }), 2),
  ...classWeightingOptions,
} satisfies OptionSpecs;

/**
 * Softmax cross-entropy that looks at what is still wrong: −w_label (1 − p_label)^γ log p_label; the mean as that of
 * `softmaxCrossEntropy` (divided by Σ w_label, or by the number of labels). For classes of very unequal size.
 *
 * Predictions and targets as for `softmaxCrossEntropy`. At γ = 0 it would be that loss; below 1 its derivative is
 * infinite where p_label is 1.
 *
 * @example train({ model, loss: focal(), … })
 *
 * Lin, Goyal, Girshick, He, Dollár, "Focal loss for dense object detection", 2017.
 */
export function focal(options: FocalOptions = {}): Focal {
  return frozen({ loss: place, ...readOptions(place, focalOptions, options) });
}

const place = 'focal';

export const focalRow: LossRow<Focal> = {
  options: focalOptions,
  targets: 'classes',
  read: focal,
  perExample: (loss, predictions, targets) => {
    const found = classTargets(place, predictions, targets, loss);
    const { logits, labels } = found;
    const positions = labels.shape[0]!;
    const log = reshape(takeAlong(logSoftmax(logits, 1), reshape(labels, [positions, 1]), 1), [positions]);
    const weights = classWeightsFor(place, loss, found);
    const each = neg(mul(pow(sub(1, exp(log)), loss.focus), log));
    return overCounted(loss, found, weights === undefined ? each : mul(each, gather(weights, labels, 0)), weights);
  },
  // That of the cross-entropy; nearly the best.
  bestConstant: (loss, labels, classes) => logShares(weightOfClasses(loss, labels, classes)),
};
