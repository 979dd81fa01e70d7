import { frozen } from '../../base/frozen.ts';
import { checkOptionNames } from '../../base/options.ts';
import { cast } from '../../graph/elementwise.ts';
import type { MetricRow } from './metric.ts';
import { wrong } from './wrong.ts';

export interface ZeroOne {
  readonly metric: 'zeroOne';
}

/**
 * The 0-1 error: the share of examples classified wrongly.
 *
 * Predictions: logits [N, classes] with class numbers [N] (int32, uint8) as targets, the class being the first of the
 * largest logits; or one logit, [N] or [N, 1], with 0/1 targets: 1 where it is above 0.
 *
 * @example train({ model, metrics: { error: zeroOne() }, … })
 */
export function zeroOne(): ZeroOne {
  return frozen({ metric: 'zeroOne' });
}

export const zeroOneRow: MetricRow<ZeroOne> = {
  better: 'lower',
  read: (options) => {
    checkOptionNames('zeroOne', options, []);
    return zeroOne();
  },
  perExample: (_, predictions, targets) => cast(wrong('zeroOne', predictions, targets), 'float32'),
};
