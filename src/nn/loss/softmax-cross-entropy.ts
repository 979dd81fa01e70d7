import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { checkOptionNames } from '../../base/options.ts';
import { neg } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { takeAlong } from '../../graph/indexing.ts';
import { logSoftmax } from '../../graph/softmax.ts';
import { classLabels } from '../prediction.ts';
import type { LossRow } from './loss.ts';

export interface SoftmaxCrossEntropy {
  readonly loss: 'softmaxCrossEntropy';
}

/**
 * The negative log-likelihood of the right class under softmax: log Σ_j e^z_j − z_label, in nats; over a batch, the mean.
 *
 * Predictions: logits z, float32 [N, classes] (no softmax layer before it). Targets: class numbers from 0, int32 or
 * uint8 [N]. Exact at logits of any size: the largest is subtracted first.
 *
 * @example train({ model, loss: softmaxCrossEntropy(), … })
 */
export function softmaxCrossEntropy(): SoftmaxCrossEntropy {
  return frozen({ loss: 'softmaxCrossEntropy' });
}

export const softmaxCrossEntropyRow: LossRow<SoftmaxCrossEntropy> = {
  targets: 'classes',
  read: (options) => {
    checkOptionNames('softmaxCrossEntropy', options, []);
    return softmaxCrossEntropy();
  },
  perExample: (_, logits, targets) => {
    const labels = classLabels('softmaxCrossEntropy', logits, targets);
    const batch = labels.shape[0]!;
    const likelihood = takeAlong(logSoftmax(logits, 1), reshape(labels, [batch, 1]), 1);
    return neg(reshape(likelihood, [batch]));
  },
  // One is added to each count (Laplace), so that a class that is absent gets no infinite bias.
  bestConstant: (_, labels, classes) => {
    const counts = new Array<number>(classes).fill(1);
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i]!;
      if (!Number.isInteger(label) || label < 0 || label >= classes) {
        throw new OptionError('option/range', `label ${label} of example ${i} is out of range`, {
          place: 'bestConstant',
          mend: `Give class numbers from 0 to ${classes - 1}.`,
        });
      }
      counts[label]!++;
    }
    return counts.map((count) => Math.log(count / (labels.length + classes)));
  },
};
