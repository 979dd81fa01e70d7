import { size } from '../../base/shape.ts';
import { cast, greater, notEqual } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { argMax } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { classLabels, paired } from '../prediction.ts';

/**
 * Whether each example is classified wrongly, bool [N]. Logits [N, classes] say the class of the largest (the first of
 * equals); a single logit, [N] or [N, 1], says 1 where it is above 0, and its target counts as 1 above 0.5.
 */
export function wrong(place: string, predictions: Tensor, targets: Tensor): Tensor {
  if (predictions.rank === 2 && predictions.shape[1]! > 1) {
    const labels = classLabels(place, predictions, targets);
    return notEqual(argMax(predictions, 1), labels);
  }
  const pair = paired(place, predictions, targets);
  const said = greater(pair.predictions, 0);
  const meant = greater(pair.targets, 0.5);
  return reshape(notEqual(cast(said, 'int32'), cast(meant, 'int32')), [size(predictions.shape)]);
}
