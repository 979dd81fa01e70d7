import { frozen } from '../../base/frozen.ts';
import { type OptionSpecs, positive, readOptions, withDefault } from '../../base/option-spec.ts';
import { add, mul, relu, sub } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { oneHot, takeAlong } from '../../graph/indexing.ts';
import { max, mean } from '../../graph/reduction.ts';
import { classTargets, paired } from '../prediction.ts';
import { type ClassWeighting, ignoredLabelSpec, overCounted, weightOfClasses } from './class-weighting.ts';
import type { LossRow } from './loss.ts';
import { unitMeans } from './unit-means.ts';

export interface HingeOptions extends Pick<ClassWeighting, 'ignoredLabel'> {
  /** By how much the right score must exceed the others, > 0. Default 1, as in the paper. */
  readonly margin?: number;
}

/** Description of the multi-class hinge loss. */
export interface Hinge extends Pick<ClassWeighting, 'ignoredLabel'> {
  readonly loss: 'hinge';
  readonly margin: number;
}

const hingeOptions = {
  margin: withDefault(positive, 1),
  ignoredLabel: ignoredLabelSpec,
} satisfies OptionSpecs;

/**
 * The loss of the multi-class support vector machine: max(0, margin + max_{j ≠ label} z_j − z_label), the mean over
 * positions and batch. Zero, with no gradient, once every wrong score is `margin` below the right one. PyTorch's
 * `MultiMarginLoss` sums over the wrong classes instead.
 *
 * Predictions: scores z, float32 [N, classes] or [N, …, classes]. Targets: class numbers, int32 or uint8 [N] or [N, …].
 *
 * @example train({ model, loss: hinge(), … })
 *
 * Crammer and Singer, "On the algorithmic implementation of multiclass kernel-based vector machines", 2001.
 */
export function hinge(options: HingeOptions = {}): Hinge {
  return frozen({ loss: 'hinge', ...readOptions('hinge', hingeOptions, options) });
}

/** Description of the binary hinge loss. */
export interface BinaryHinge {
  readonly loss: 'binaryHinge';
  readonly margin: number;
}

const binaryHingeOptions = {
  margin: withDefault(positive, 1),
} satisfies OptionSpecs;

/**
 * The loss of the support vector machine: max(0, margin − s z), with s = 1 for target 1 and −1 for target 0; the mean over
 * the units of an example, and then over the batch.
 *
 * Predictions: scores z, float32 [N], [N, 1] or [N, …]. Targets: 0 or 1, of the same shape ([N] goes with [N, 1]).
 *
 * @example train({ model, loss: binaryHinge(), … })
 *
 * Cortes and Vapnik, "Support-vector networks", 1995.
 */
export function binaryHinge(options: Pick<HingeOptions, 'margin'> = {}): BinaryHinge {
  return frozen({ loss: 'binaryHinge', ...readOptions('binaryHinge', binaryHingeOptions, options) });
}

export const hingeRow: LossRow<Hinge> = {
  options: hingeOptions,
  targets: 'classes',
  read: hinge,
  perExample: (loss, predictions, targets) => {
    const found = classTargets('hinge', predictions, targets, loss);
    const { logits, labels, classes } = found;
    const positions = labels.shape[0]!;
    // The right class without the margin is among them, so the largest is never below it: no max(0, …) is needed.
    const wrongByMargin = mul(sub(1, oneHot(labels, classes)), loss.margin);
    const right = reshape(takeAlong(logits, reshape(labels, [positions, 1]), 1), [positions]);
    return overCounted(loss, found, sub(max(add(logits, wrongByMargin), 1), right), undefined);
  },
  // With shares f, saying nothing costs `margin`; naming class c by the margin costs 2 (1 − f_c) of it.
  bestConstant: (loss, labels, classes) => {
    const counts = weightOfClasses(loss, labels, classes);
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => (2 * count > total ? loss.margin : 0));
  },
};

export const binaryHingeRow: LossRow<BinaryHinge> = {
  options: binaryHingeOptions,
  targets: 'quantities',
  read: binaryHinge,
  perExample: ({ margin }, predictions, targets) => {
    const { predictions: z, targets: t } = paired('binaryHinge', predictions, targets);
    const side = sub(mul(t, 2), 1);
    return { values: mean(relu(sub(margin, mul(side, z))), 1) };
  },
  bestConstant: ({ margin }, targets, units) => unitMeans(targets, units).map((mean) => margin * Math.sign(mean - 0.5)),
};
