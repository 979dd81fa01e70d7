/** What a label counts in the losses of class numbers: by its class, or not at all. */

import { OptionError, ShapeError } from '../../base/errors.ts';
import { list, number, type OptionSpecs, oneOf, optional } from '../../base/option-spec.ts';
import { cast, mul, where } from '../../graph/elementwise.ts';
import { gather } from '../../graph/indexing.ts';
import { literal } from '../../graph/leaf.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { PerExample } from '../per-example.ts';
import type { ClassTargets } from '../prediction.ts';

/** What a label counts in the loss. */
export interface ClassWeighting {
  /** What a label of each class counts, ≥ 0, one number for each class. Default 1 each. */
  readonly classWeights?: readonly number[];
  /**
   * Positions with this label count neither in the loss nor in the mean, such as the padding of sequences: −1, say, or
   * 255 in bytes. Default none (PyTorch has −100).
   */
  readonly ignoredLabel?: number;
  /**
   * What the sum is divided by where there are class weights: the sum of the weights, as PyTorch does (default), or the
   * number of labels that count, as Keras does.
   */
  readonly divideBy?: 'weights' | 'labels';
}

/** A class number that is left out, an int32. */
export const ignoredLabelSpec = optional(number({ integer: true, min: -(2 ** 31), max: 2 ** 31 - 1 }));

/** Options of losses that weigh classes. */
export const classWeightingOptions = {
  classWeights: optional(list(number({ min: 0 }), 'an array of one number for each class')),
  ignoredLabel: ignoredLabelSpec,
  divideBy: optional(oneOf(['weights', 'labels'])),
} satisfies OptionSpecs;

/** One number for each class, or nothing where all count 1. */
export function classWeightsFor(
  place: string,
  { classWeights }: ClassWeighting,
  { logits, classes }: ClassTargets,
): Tensor | undefined {
  if (classWeights === undefined) return undefined;
  if (classWeights.length !== classes) {
    throw new ShapeError(`shape/${place}`, `${place}: ${classWeights.length} class weights, ${classes} classes`, {
      mend: 'Give one weight for each class.',
    });
  }
  return literal(logits.builder, classWeights);
}

/** Losses of positions, weighed already, as those of examples: ignored positions are taken out. */
export function overCounted(
  { divideBy = 'weights' }: ClassWeighting,
  { labels, counted, perExample }: ClassTargets,
  losses: Tensor,
  weights: Tensor | undefined,
): PerExample {
  const mask = counted === undefined ? undefined : cast(counted, 'float32');
  const ofLabel = weights === undefined || divideBy === 'labels' ? undefined : gather(weights, labels, 0);
  const counts = ofLabel === undefined || mask === undefined ? (ofLabel ?? mask) : mul(ofLabel, mask);
  return {
    values: perExample(counted === undefined ? losses : where(counted, losses, 0)),
    ...(counts === undefined ? {} : { weights: perExample(counts) }),
  };
}

/** How much all labels of each class count. Refuses labels out of range that are not ignored. */
export function weightOfClasses(
  { classWeights, ignoredLabel }: ClassWeighting,
  labels: ArrayLike<number>,
  classes: number,
): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (label === ignoredLabel) continue;
    if (!Number.isInteger(label) || label < 0 || label >= classes) {
      throw new OptionError('option/range', `label ${label} of example ${i} is out of range`, {
        place: 'bestConstant',
        mend: `Give class numbers from 0 to ${classes - 1}.`,
      });
    }
    counts[label]! += classWeights?.[label] ?? 1;
  }
  return counts;
}

/** Logs of the shares of the counts, one added to each (Laplace), so that an absent class gets no infinite bias. */
export function logShares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count + 1, 0);
  return counts.map((count) => Math.log((count + 1) / total));
}
