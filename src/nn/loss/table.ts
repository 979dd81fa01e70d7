/** The table of losses: a new one is one file and one row. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { mean } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { binaryCrossEntropyRow } from './binary-cross-entropy.ts';
import type { Loss, LossRow } from './loss.ts';
import { meanSquareRow } from './mean-square.ts';
import { softmaxCrossEntropyRow } from './softmax-cross-entropy.ts';

export const losses = {
  softmaxCrossEntropy: softmaxCrossEntropyRow,
  binaryCrossEntropy: binaryCrossEntropyRow,
  meanSquare: meanSquareRow,
} as const satisfies Readonly<Record<string, LossRow>>;

/** The name of a built-in loss. */
export type LossKind = keyof typeof losses;

function rowOf(value: unknown, place: string): LossRow {
  const kind = (value as Partial<Loss> | null | undefined)?.loss;
  if (typeof kind !== 'string' || !Object.hasOwn(losses, kind)) {
    throw new OptionError('option/choice', `${JSON.stringify(value) ?? String(value)} is no loss`, {
      place,
      mend: suggestion(String(kind), Object.keys(losses)),
    });
  }
  return losses[kind as LossKind] as LossRow;
}

/** Checks a plain value (from JSON, say) and gives the loss that it describes. */
export function readLoss(value: unknown): Loss {
  const row = rowOf(value, 'loss');
  const { loss: _, ...options } = value as Loss;
  return row.read(options);
}

/** Whether the targets of a loss are class numbers or quantities. */
export function targetsOf(loss: Loss): LossRow['targets'] {
  return rowOf(loss, 'loss').targets;
}

/** The loss of each example: (predictions [N, …], targets) → [N]. Throws a ShapeError where they do not fit. */
export function lossPerExample(loss: Loss, predictions: Tensor, targets: Tensor): Tensor {
  return rowOf(loss, 'loss').perExample(loss, predictions, targets);
}

/** The loss of a batch: the mean over its examples, a scalar. Throws a ShapeError where the tensors do not fit. */
export function applyLoss(loss: Loss, predictions: Tensor, targets: Tensor): Tensor {
  return mean(lossPerExample(loss, predictions, targets));
}

/**
 * The prediction that fits the targets of a training set best if it may not depend on the input: the biases of output
 * units that make a network start at the statistics of the labels. Logits for the cross-entropies (the log frequencies;
 * the log odds), smoothed so that they are finite; the mean for `meanSquare`.
 *
 * Goodfellow, Bengio, Courville, "Deep Learning", section 8.4.
 *
 * @example dense(10, { biasInitializer: given(bestConstant(softmaxCrossEntropy(), labels, 10)) })
 */
export function bestConstant(loss: Loss, targets: ArrayLike<number>, units: number): number[] {
  return rowOf(loss, 'loss').bestConstant(loss, targets, units);
}
