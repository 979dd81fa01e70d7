/** What a metric is: a measure of success that need not have a gradient. Frozen data; its row computes it. */

import type { OptionSpecs } from '../../base/option-spec.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { PerExample } from '../per-example.ts';

/** A description such as `{ metric: 'zeroOne' }`; the builders of `metric/` make them. */
export interface Metric {
  readonly metric: string;
}

interface AnyMetricRow<D extends Metric> {
  /** Whether more of it is better; what early stopping and "best so far" go by. */
  readonly better: 'lower' | 'higher';
  /** What its options may be, for the schema of an experiment. */
  readonly options: OptionSpecs;
  /** Builds the description from plain options, with every check of its builder. */
  read(options: Readonly<Record<string, unknown>>): D;
}

/** A metric that is the mean of a number for each example. */
export interface MeanMetricRow<D extends Metric = Metric> extends AnyMetricRow<D> {
  /** (predictions [N, …], targets) → each example's number, and what it counts in the mean. */
  perExample(metric: D, predictions: Tensor, targets: Tensor): PerExample;
}

/** A metric that is made of totals over all examples: no mean of what batches say. */
export interface TotalMetricRow<D extends Metric = Metric> extends AnyMetricRow<D> {
  /** (predictions [N, …], targets) → what a batch says, float32, one axis or none. */
  ofBatch(metric: D, predictions: Tensor, targets: Tensor): Tensor;
  /** What a batch of so many examples said, as numbers that add up over batches; by default they do as they are. */
  addends?(said: ArrayLike<number>, examples: number): ArrayLike<number>;
  /** The metric of so many examples, from the totals. */
  ofTotals(metric: D, totals: ArrayLike<number>, examples: number): number;
}

/** One row of the table of metrics. */
export type MetricRow<D extends Metric = Metric> = MeanMetricRow<D> | TotalMetricRow<D>;
