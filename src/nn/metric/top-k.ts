import { frozen } from '../../base/frozen.ts';
import { count, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { and, cast, equal, greater, greaterOrEqual, less, or } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { takeAlong } from '../../graph/indexing.ts';
import { iota } from '../../graph/leaf.ts';
import { sum } from '../../graph/reduction.ts';
import { classTargets } from '../prediction.ts';
import { shareWhere } from './decision.ts';
import { type LabelOptions, labelOptions } from './label-options.ts';
import type { MeanMetricRow } from './metric.ts';

/** Description of the top-k error. */
export interface TopK extends LabelOptions {
  readonly metric: 'topK';
  readonly k: number;
}

const topKOptions = {
  k: count,
  ...labelOptions,
} satisfies OptionSpecs;

/**
 * The top-k error: the share of examples whose label is not among the k classes of the largest logits. Of equal logits the
 * lower class number comes first, so that `topK(1)` is `zeroOne()`.
 *
 * Predictions: logits [N, classes] or [N, …, classes]. Targets: class numbers (int32, uint8), [N] or [N, …].
 *
 * @example train({ model, metrics: { top5: topK(5) }, … })
 */
export function topK(k: number, options: LabelOptions = {}): TopK {
  return frozen({ metric: 'topK', ...readOptions('topK', topKOptions, options, { k }) });
}

export const topKRow: MeanMetricRow<TopK> = {
  options: topKOptions,
  better: 'lower',
  read: ({ k, ...options }) => topK(k as number, options),
  perExample: (metric, predictions, targets) => {
    const found = classTargets('topK', predictions, targets, metric);
    const { logits, labels, classes } = found;
    const label = reshape(labels, [labels.shape[0]!, 1]);
    const own = takeAlong(logits, label, 1);
    const earlier = less(iota(logits.builder, [1, classes], 1), label);
    const ahead = or(greater(logits, own), and(equal(logits, own), earlier));
    return shareWhere(found, greaterOrEqual(sum(cast(ahead, 'float32'), 1), metric.k));
  },
};
