/** The table of metrics: a new one is one file and one row. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { mean } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { accuracyRow } from './accuracy.ts';
import type { Metric, MetricRow } from './metric.ts';
import { zeroOneRow } from './zero-one.ts';

export const metrics = {
  zeroOne: zeroOneRow,
  accuracy: accuracyRow,
} as const satisfies Readonly<Record<string, MetricRow>>;

/** The name of a built-in metric. */
export type MetricKind = keyof typeof metrics;

function rowOf(value: unknown, place: string): MetricRow {
  const kind = (value as Partial<Metric> | null | undefined)?.metric;
  if (typeof kind !== 'string' || !Object.hasOwn(metrics, kind)) {
    throw new OptionError('option/choice', `${JSON.stringify(value) ?? String(value)} is no metric`, {
      place,
      mend: suggestion(String(kind), Object.keys(metrics)),
    });
  }
  return metrics[kind as MetricKind] as MetricRow;
}

/** Checks a plain value (from JSON, say) and gives the metric that it describes. */
export function readMetric(value: unknown): Metric {
  const row = rowOf(value, 'metric');
  const { metric: _, ...options } = value as Metric;
  return row.read(options);
}

/** Whether more of a metric is better. */
export function betterOf(metric: Metric): MetricRow['better'] {
  return rowOf(metric, 'metric').better;
}

/** The metric of each example: (predictions [N, …], targets) → float32 [N]. */
export function metricPerExample(metric: Metric, predictions: Tensor, targets: Tensor): Tensor {
  return rowOf(metric, 'metric').perExample(metric, predictions, targets);
}

/** The metric of a batch: the mean over its examples, a scalar. */
export function applyMetric(metric: Metric, predictions: Tensor, targets: Tensor): Tensor {
  return mean(metricPerExample(metric, predictions, targets));
}
