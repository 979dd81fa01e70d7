import { frozen } from '../../base/frozen.ts';
import { readOptions } from '../../base/option-spec.ts';
import { decisionsOf, shareWhere, wrong } from './decision.ts';
import { type LabelOptions, labelOptions } from './label-options.ts';
import type { MeanMetricRow } from './metric.ts';

export interface ZeroOne extends LabelOptions {
  readonly metric: 'zeroOne';
}

/**
 * The 0-1 error: the share of examples classified wrongly.
 *
 * Predictions: logits [N, classes] with class numbers [N] (int32, uint8) as targets, the class being the first of the
 * largest logits; or one logit, [N] or [N, 1], with 0/1 targets: 1 where it is above 0. For sequences, [N, …, classes] with
 * [N, …]: the share of positions.
 *
 * @example train({ model, metrics: { error: zeroOne() }, … })
 */
export function zeroOne(options: LabelOptions = {}): ZeroOne {
  return frozen({ metric: 'zeroOne', ...readOptions('zeroOne', labelOptions, options) });
}

export const zeroOneRow: MeanMetricRow<ZeroOne> = {
  options: labelOptions,
  better: 'lower',
  read: zeroOne,
  perExample: (metric, predictions, targets) => {
    const decisions = decisionsOf('zeroOne', predictions, targets, metric);
    return shareWhere(decisions, wrong(decisions));
  },
};
