/** How predictions and targets must lie beside each other, for losses and metrics alike. */

import { ShapeError } from '../base/errors.ts';
import { sameShape, showShape, size } from '../base/shape.ts';
import { cast } from '../graph/elementwise.ts';
import { reshape } from '../graph/form.ts';
import type { Tensor } from '../graph/tensor.ts';

const show = ({ dtype, shape }: Tensor) => `${dtype}${showShape(shape)}`;

function misfit(place: string, predictions: Tensor, targets: Tensor, mend: string): never {
  throw new ShapeError(`shape/${place}`, `${place}: predictions ${show(predictions)}, targets ${show(targets)}`, {
    mend,
  });
}

/** Class numbers as int32 [N], for logits [N, classes]. */
export function classLabels(place: string, logits: Tensor, labels: Tensor): Tensor {
  if (logits.rank !== 2 || logits.dtype !== 'float32') {
    misfit(place, logits, labels, 'Predictions must be logits, float32 [batch, classes].');
  }
  if (labels.dtype !== 'int32' && labels.dtype !== 'uint8') {
    misfit(place, logits, labels, 'Targets must be class numbers, int32 or uint8.');
  }
  if (!sameShape(labels.shape, [logits.shape[0]!])) {
    misfit(place, logits, labels, `Targets must have shape [${logits.shape[0]}], one class number for each example.`);
  }
  return labels.dtype === 'int32' ? labels : cast(labels, 'int32');
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
