/** How predictions and targets must lie beside each other, for losses and metrics alike. */

import { ShapeError } from '../base/errors.ts';
import { sameShape, showShape, size } from '../base/shape.ts';
import { cast, notEqual, where } from '../graph/elementwise.ts';
import { reshape } from '../graph/form.ts';
import { mean } from '../graph/reduction.ts';
import type { Tensor } from '../graph/tensor.ts';

const show = ({ dtype, shape }: Tensor) => `${dtype}${showShape(shape)}`;

function misfit(place: string, predictions: Tensor, targets: Tensor, mend: string): never {
  throw new ShapeError(`shape/${place}`, `${place}: predictions ${show(predictions)}, targets ${show(targets)}`, {
    mend,
  });
}

/** Logits and class numbers of all positions of a batch, one under the other. */
export interface ClassTargets {
  /** float32 [positions, classes]. */
  readonly logits: Tensor;
  /** int32 [positions], 0 at positions that do not count. */
  readonly labels: Tensor;
  /** bool [positions]: which count; absent where all do. */
  readonly counted?: Tensor;
  readonly classes: number;
  /** A number for each position → the mean over those of each example, [N]. */
  readonly perExample: (positions: Tensor) => Tensor;
}

/**
 * Logits [N, classes] with class numbers [N], or [N, …, classes] with [N, …]: a class for each position of a sequence.
 * Positions labelled `ignoredLabel` do not count.
 */
export function classTargets(
  place: string,
  logits: Tensor,
  targets: Tensor,
  options: { readonly ignoredLabel?: number } = {},
): ClassTargets {
  if (logits.rank < 2 || logits.dtype !== 'float32') {
    misfit(place, logits, targets, 'Predictions must be logits, float32 [batch, classes] or [batch, …, classes].');
  }
  if (targets.dtype !== 'int32' && targets.dtype !== 'uint8') {
    misfit(place, logits, targets, 'Targets must be class numbers, int32 or uint8.');
  }
  const wanted = logits.shape.slice(0, -1);
  if (!sameShape(targets.shape, wanted)) {
    const each = wanted.length === 1 ? 'one class number for each example' : 'one class number for each position';
    misfit(place, logits, targets, `Targets must have shape ${showShape(wanted)}, ${each}.`);
  }
  const [batch] = wanted as [number];
  const positions = size(wanted);
  const classes = logits.shape.at(-1)!;
  const flat = (x: Tensor, shape: readonly number[]) => (sameShape(x.shape, shape) ? x : reshape(x, shape));
  const given = flat(targets.dtype === 'int32' ? targets : cast(targets, 'int32'), [positions]);
  const { ignoredLabel } = options;
  const counted = ignoredLabel === undefined ? undefined : notEqual(given, ignoredLabel);
  return {
    logits: flat(logits, [positions, classes]),
    labels: counted === undefined ? given : where(counted, given, 0),
    ...(counted === undefined ? {} : { counted }),
    classes,
    perExample: (x) => (positions === batch ? flat(x, [batch]) : mean(reshape(x, [batch, positions / batch]), 1)),
  };
}

/** Predictions and targets as float32 [N, units]; targets [N] go with predictions [N, 1]. */
export function paired(place: string, predictions: Tensor, targets: Tensor): { predictions: Tensor; targets: Tensor } {
  const [batch] = predictions.shape;
  if (predictions.dtype !== 'float32' || batch === undefined) {
    misfit(place, predictions, targets, 'Predictions must be float32, batch first.');
  }
  const units = size(predictions.shape.slice(1));
  const single = units === 1 && sameShape(targets.shape, [batch]);
  if (!single && !sameShape(predictions.shape, targets.shape)) {
    misfit(place, predictions, targets, 'Targets must have the shape of the predictions.');
  }
  return {
    predictions: reshape(predictions, [batch, units]),
    targets: reshape(targets.dtype === 'float32' ? targets : cast(targets, 'float32'), [batch, units]),
  };
}

/** Logits and target distributions as float32 [positions, classes], of the same shape [N, …, classes] when given. */
export function distributions(
  place: string,
  predictions: Tensor,
  targets: Tensor,
): { logits: Tensor; targets: Tensor; batch: number } {
  const { shape } = predictions;
  if (predictions.rank < 2 || predictions.dtype !== 'float32') {
    misfit(place, predictions, targets, 'Predictions must be logits, float32 [batch, classes] or [batch, …, classes].');
  }
  if (targets.dtype !== 'float32' || !sameShape(shape, targets.shape)) {
    misfit(place, predictions, targets, 'Targets must be probabilities, float32 of the shape of the predictions.');
  }
  const rows = [size(shape.slice(0, -1)), shape.at(-1)!];
  return { logits: reshape(predictions, rows), targets: reshape(targets, rows), batch: shape[0]! };
}
