/** What a race is judged by: one measure of the validation set, and which way it is good. */

import { checkOneOf } from '../../base/options.ts';
import type { Metric } from '../../nn/metric/metric.ts';
import { betterOf } from '../../nn/metric/table.ts';

/** A measure by its tag, `validation/error`, and whether less or more of it is better. */
export interface Measure {
  readonly tag: string;
  readonly better: 'lower' | 'higher';
}

/** The measure named by `tag` (with or without `validation/`); the first metric where it is absent, else the loss. */
export function readMeasure(metrics: Readonly<Record<string, Metric>>, tag?: string): Measure {
  const names = [...Object.keys(metrics), 'loss'];
  const name = tag === undefined ? names[0]! : tag.replace(/^validation\//, '');
  checkOneOf('race', 'measure', name, names);
  const metric = Object.hasOwn(metrics, name) ? metrics[name] : undefined;
  return Object.freeze({ tag: `validation/${name}`, better: metric === undefined ? 'lower' : betterOf(metric) });
}

/** Negative where `a` is better than `b`; a NaN is worse than any number. */
export function compare({ better }: Pick<Measure, 'better'>, a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  const sign = better === 'lower' ? 1 : -1;
  return a === b ? 0 : sign * (a < b ? -1 : 1);
}
