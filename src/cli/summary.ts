/** What the last lines on the terminal say of a run: how good it is, and where to go from here. */

import type { Experiment } from '../train/experiment.ts';
import { metricsByMeasure } from '../train/task-outputs.ts';
import { formatDuration, formatNumber } from './present/number-format.ts';

/** The name under which an experiment reports its 0-1 error. */
export function errorMetricOf(experiment: Pick<Experiment, 'loss' | 'metrics'>): string | undefined {
  return errorMetricsOf(experiment)[0];
}

/** The names of the measures that are a 0-1 error: one, or one for each of several outputs. */
export function errorMetricsOf(experiment: Pick<Experiment, 'loss' | 'metrics'>): string[] {
  const metrics = Object.entries(metricsByMeasure(experiment));
  return metrics.flatMap(([name, { metric }]) => (metric === 'zeroOne' ? [name] : []));
}

/** `test accuracy 0.9134 · loss 0.241`: every measure of the set, the 0-1 error turned into the accuracy. */
export function measuresText(
  set: string,
  measures: Readonly<Record<string, number>>,
  errorMetrics: readonly string[],
): string {
  const show = (value: number) => formatNumber(value, { digits: 4, steady: true });
  const parts = Object.entries(measures).map(([name, value]) => `${name} ${show(value)}`);
  const accuracy = errorMetrics.flatMap((name) => {
    const error = measures[name];
    return error === undefined ? [] : [`${name.replace(/[^/]*$/, 'accuracy')} ${show(1 - error)}`];
  });
  return `${set} ${[...accuracy, ...parts].join(' · ')}`;
}

export interface SummaryOptions {
  /** How the run is called for in a shell. */
  readonly path: string;
  readonly seconds: number;
  /** How many examples were tested, where there was a test. */
  readonly tested?: { readonly text: string; readonly examples: number };
}

export function summaryText({ path, seconds, tested }: SummaryOptions): string {
  const first =
    tested === undefined
      ? `trained in ${formatDuration(seconds)}`
      : `${tested.text} on ${tested.examples} examples · trained in ${formatDuration(seconds)}`;
  return [
    first,
    `evaluate   npx dolina evaluate ${path}`,
    `model      ${path}/model.onnx`,
    `curves     ${path}/curves.svg`,
  ].join('\n');
}
