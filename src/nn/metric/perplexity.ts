import { frozen } from '../../base/frozen.ts';
import { readOptions } from '../../base/option-spec.ts';
import { softmaxCrossEntropy, softmaxCrossEntropyRow } from '../loss/softmax-cross-entropy.ts';
import { meanOfSums, sumsOverExamples } from '../per-example.ts';
import { type LabelOptions, labelOptions } from './label-options.ts';
import type { TotalMetricRow } from './metric.ts';

/** Description of the perplexity. */
export interface Perplexity extends LabelOptions {
  readonly metric: 'perplexity';
}

/**
 * exp of the mean negative log-likelihood (in nats) of the labels, over all positions of the data set: between how many
 * classes the model is in doubt. 1 is certainty, the number of classes is a blind guess. No mean of batches' perplexities,
 * and of the plain cross-entropy, whatever smoothing or weights the loss has.
 *
 * Predictions: logits [N, classes] or [N, …, classes]. Targets: class numbers (int32, uint8), [N] or [N, …].
 *
 * @example train({ model, metrics: { perplexity: perplexity() }, … })
 */
export function perplexity(options: LabelOptions = {}): Perplexity {
  return frozen({ metric: 'perplexity', ...readOptions('perplexity', labelOptions, options) });
}

export const perplexityRow: TotalMetricRow<Perplexity> = {
  options: labelOptions,
  better: 'lower',
  read: perplexity,
  ofBatch: ({ metric: _, ...options }, predictions, targets) =>
    sumsOverExamples(softmaxCrossEntropyRow.perExample(softmaxCrossEntropy(options), predictions, targets)),
  ofTotals: (_, sums, examples) => Math.exp(meanOfSums(sums, examples)),
};
