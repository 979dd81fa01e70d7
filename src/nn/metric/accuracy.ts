import { frozen } from '../../base/frozen.ts';
import { readOptions } from '../../base/option-spec.ts';
import { decisionsOf, right, shareWhere } from './decision.ts';
import { type LabelOptions, labelOptions } from './label-options.ts';
import type { MeanMetricRow } from './metric.ts';

export interface Accuracy extends LabelOptions {
  readonly metric: 'accuracy';
}

/**
 * The share of examples classified rightly: 1 − `zeroOne`, of the same predictions and targets.
 *
 * @example train({ model, metrics: { accuracy: accuracy() }, … })
 */
export function accuracy(options: LabelOptions = {}): Accuracy {
  return frozen({ metric: 'accuracy', ...readOptions('accuracy', labelOptions, options) });
}

export const accuracyRow: MeanMetricRow<Accuracy> = {
  options: labelOptions,
  better: 'higher',
  read: accuracy,
  perExample: (metric, predictions, targets) => {
    const decisions = decisionsOf('accuracy', predictions, targets, metric);
    return shareWhere(decisions, right(decisions));
  },
};
