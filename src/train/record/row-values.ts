import type { LiveValues } from '../event.ts';
import type { MetricsRow } from '../metrics-log.ts';
import { histogramOf } from './histogram.ts';
import type { LoggedValue } from './logged-event.ts';

/** The measures of a row of metrics.jsonl as scalars under the same tags. */
export function scalarsOf({ step: _, epoch: __, time: ___, ...measures }: MetricsRow): LoggedValue[] {
  return Object.entries(measures).map(([tag, value]) => ({ kind: 'scalar', tag, value }));
}

/** Histograms of parameters and gradients, under `parameter/<name>` and `gradient/<name>`. */
export function histogramsOf({ parameters, gradients }: LiveValues): LoggedValue[] {
  return Object.entries({ parameter: parameters, gradient: gradients }).flatMap(([kind, arrays]) =>
    [...arrays].flatMap(([name, values]): LoggedValue[] => {
      const histogram = histogramOf(values);
      return histogram === undefined ? [] : [{ kind: 'histogram', tag: `${kind}/${name}`, histogram }];
    }),
  );
}
