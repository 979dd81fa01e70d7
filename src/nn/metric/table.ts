/** The table of metrics: a new one is one file and one row. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { checkOptionNames } from '../../base/options.ts';
import { shown } from '../../base/shown.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { meanOfSums, meanOverExamples, type PerExample, sumsOverExamples } from '../per-example.ts';
import { accuracyRow } from './accuracy.ts';
import { f1Row, precisionRow, recallRow } from './class-averages.ts';
import { meanAbsoluteErrorRow } from './mean-absolute-error.ts';
import { meanSquareErrorRow } from './mean-square-error.ts';
import type { Metric, MetricRow } from './metric.ts';
import { perplexityRow } from './perplexity.ts';
import { rSquaredRow } from './r-squared.ts';
import { topKRow } from './top-k.ts';
import { zeroOneRow } from './zero-one.ts';

export const metrics = {
  zeroOne: zeroOneRow,
  accuracy: accuracyRow,
  topK: topKRow,
  perplexity: perplexityRow,
  precision: precisionRow,
  recall: recallRow,
  f1: f1Row,
  meanAbsoluteError: meanAbsoluteErrorRow,
  meanSquareError: meanSquareErrorRow,
  rSquared: rSquaredRow,
} as const satisfies Readonly<Record<string, MetricRow>>;

/** The name of a built-in metric. */
export type MetricKind = keyof typeof metrics;

function rowOf(value: unknown, place: string): MetricRow {
  const kind = (value as Partial<Metric> | null | undefined)?.metric;
  if (typeof kind !== 'string' || !Object.hasOwn(metrics, kind)) {
    throw new OptionError('option/choice', `${shown(value)} is no metric`, {
      place,
      mend: suggestion(String(kind), Object.keys(metrics)),
    });
  }
  return metrics[kind as MetricKind] as MetricRow;
}

/** Checks a plain value (from JSON, say) and gives the metric that it describes. */
export function readMetric(value: unknown): Metric {
  const row = rowOf(value, '');
  const { metric: kind, ...options } = value as Metric;
  checkOptionNames(kind, options, Object.keys(row.options));
  return row.read(options);
}

/** Whether more of a metric is better. */
export function betterOf(metric: Metric): MetricRow['better'] {
  return rowOf(metric, 'metric').better;
}

function perExample(metric: Metric, predictions: Tensor, targets: Tensor): PerExample {
  const row = rowOf(metric, 'metric');
  if ('perExample' in row) return row.perExample(metric, predictions, targets);
  throw new OptionError('option/metric', `${metric.metric} is no mean of a number for each example`, {
    place: 'metric',
    mend: 'Use metricOfBatch and metricOfTotals.',
  });
}

/**
 * The metric of each example: (predictions [N, …], targets) → float32 [N]. Throws an OptionError for a metric that has no
 * value for one example.
 */
export function metricPerExample(metric: Metric, predictions: Tensor, targets: Tensor): Tensor {
  return perExample(metric, predictions, targets).values;
}

/** The metric of a batch: the mean over its examples, a scalar. Throws where it is no such mean. */
export function applyMetric(metric: Metric, predictions: Tensor, targets: Tensor): Tensor {
  return meanOverExamples(perExample(metric, predictions, targets));
}

/** What a batch says of a metric: (predictions [N, …], targets) → float32 of one axis, or of none. */
export function metricOfBatch(metric: Metric, predictions: Tensor, targets: Tensor): Tensor {
  const row = rowOf(metric, 'metric');
  if ('ofBatch' in row) return row.ofBatch(metric, predictions, targets);
  return sumsOverExamples(row.perExample(metric, predictions, targets));
}

/** What a batch of so many examples said, as numbers that add up over batches. */
export function metricAddends(metric: Metric, said: ArrayLike<number>, examples: number): ArrayLike<number> {
  const row = rowOf(metric, 'metric');
  return 'addends' in row && row.addends !== undefined ? row.addends(said, examples) : said;
}

/** The metric of so many examples, from the totals over all their batches. */
export function metricOfTotals(metric: Metric, totals: ArrayLike<number>, examples: number): number {
  const row = rowOf(metric, 'metric');
  return 'ofTotals' in row ? row.ofTotals(metric, totals, examples) : meanOfSums(totals, examples);
}
