import { frozen } from '../../base/frozen.ts';
import { checkOptionNames } from '../../base/options.ts';
import { cast, not } from '../../graph/elementwise.ts';
import type { MetricRow } from './metric.ts';
import { wrong } from './wrong.ts';

export interface Accuracy {
  readonly metric: 'accuracy';
}

/**
 * The share of examples classified rightly: 1 − `zeroOne`, of the same predictions and targets.
 *
 * @example train({ model, metrics: { accuracy: accuracy() }, … })
 */
export function accuracy(): Accuracy {
  return frozen({ metric: 'accuracy' });
}

export const accuracyRow: MetricRow<Accuracy> = {
  better: 'higher',
  read: (options) => {
    checkOptionNames('accuracy', options, []);
    return accuracy();
  },
  perExample: (_, predictions, targets) => cast(not(wrong('accuracy', predictions, targets)), 'float32'),
};
