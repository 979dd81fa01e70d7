/** What a metric is: a measure of success that need not have a gradient. Frozen data; its row computes it. */

import type { Tensor } from '../../graph/tensor.ts';

/** A description such as `{ metric: 'zeroOne' }`; the builders of `metric/` make them. */
export interface Metric {
  readonly metric: string;
}

/** One row of the table of metrics. */
export interface MetricRow<D extends Metric = Metric> {
  /** Whether more of it is better; what early stopping and "best so far" go by. */
  readonly better: 'lower' | 'higher';
  /** Builds the description from plain options, with every check of its builder. */
  read(options: Readonly<Record<string, unknown>>): D;
  /** (predictions [N, …], targets) → float32 [N]. */
  perExample(metric: D, predictions: Tensor, targets: Tensor): Tensor;
}
