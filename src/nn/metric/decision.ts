/** Which class a prediction says, beside the class that is meant, for all positions of a batch. */

import { sameShape, size } from '../../base/shape.ts';
import { and, cast, equal, greater, notEqual, where } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { oneHot } from '../../graph/indexing.ts';
import { argMax, mean } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { PerExample } from '../per-example.ts';
import { classTargets, paired } from '../prediction.ts';

export interface Decisions {
  /** int32 [positions]. */
  readonly said: Tensor;
  /** int32 [positions]. */
  readonly meant: Tensor;
  /** bool [positions]: which count; absent where all do. */
  readonly counted?: Tensor;
  readonly classes: number;
  /** A number for each position → the mean over those of each example, [N]. */
  readonly perExample: (positions: Tensor) => Tensor;
}

/**
 * Logits [N, classes] or [N, …, classes], with class numbers [N] or [N, …], say the class of the largest (the first of
 * equals). A single logit, [N] or [N, 1] (or more of them, [N, …] with targets of the same shape), says 1 where it is above
 * 0, and its target counts as 1 above 0.5.
 */
export function decisionsOf(
  place: string,
  predictions: Tensor,
  targets: Tensor,
  options: { readonly ignoredLabel?: number },
): Decisions {
  const byClass =
    predictions.rank === 2
      ? predictions.shape[1]! > 1
      : predictions.rank > 2 && !sameShape(predictions.shape, targets.shape);
  if (byClass) {
    const { logits, labels, ...rest } = classTargets(place, predictions, targets, options);
    return { said: argMax(logits, 1), meant: labels, ...rest };
  }
  const pair = paired(place, predictions, targets);
  const [batch] = predictions.shape as [number];
  const positions = size(predictions.shape);
  const flat = (x: Tensor) => reshape(x, [positions]);
  const { ignoredLabel } = options;
  return {
    said: cast(flat(greater(pair.predictions, 0)), 'int32'),
    meant: cast(flat(greater(pair.targets, 0.5)), 'int32'),
    ...(ignoredLabel === undefined ? {} : { counted: flat(notEqual(pair.targets, ignoredLabel)) }),
    classes: 2,
    perExample: (x) => (positions === batch ? x : mean(reshape(x, [batch, positions / batch]), 1)),
  };
}

/** The share of the counted positions at which `holds` (bool [positions]). */
export function shareWhere(
  { counted, perExample }: Pick<Decisions, 'counted' | 'perExample'>,
  holds: Tensor,
): PerExample {
  if (counted === undefined) return { values: perExample(cast(holds, 'float32')) };
  return {
    values: perExample(cast(and(holds, counted), 'float32')),
    weights: perExample(cast(counted, 'float32')),
  };
}

/** Which decisions are right, and which are wrong, as bool [positions]. */
export const right = ({ said, meant }: Decisions): Tensor => equal(said, meant);
export const wrong = ({ said, meant }: Decisions): Tensor => notEqual(said, meant);

/** Decisions as rows of zeros with a 1 at the class, float32 [positions, classes]; rows of what does not count are zero. */
export function asRows({ said, meant, counted, classes }: Decisions): { said: Tensor; meant: Tensor } {
  // A class number out of range gives a row of zeros.
  const kept = (x: Tensor) => (counted === undefined ? x : where(counted, x, -1));
  return { said: oneHot(kept(said), classes), meant: oneHot(kept(meant), classes) };
}
