/** The measures of a run: their last and their best values, and which way each is good. */

import type { Metric } from '../../nn/metric/metric.ts';
import { betterOf } from '../../nn/metric/table.ts';
import { compare, type Measure } from '../race/measure.ts';
import { isPlainObject } from './config-leaves.ts';
import type { RecordedRun } from './recorded-run.ts';

/** A value of a measure, and where in training it was taken; the place is absent for those of run.json alone. */
export interface MeasuredValue {
  readonly value: number;
  readonly step?: number;
  readonly epoch?: number;
}

/** One measure of one run. */
export interface RunMeasure {
  readonly tag: string;
  /** Absent for what is neither good nor bad, as a learning rate is. */
  readonly better?: Measure['better'];
  readonly last: MeasuredValue;
  /** Where `better` says what that is, and some value is a number. */
  readonly best?: MeasuredValue;
}

/** Which value of a measure counts: the last, or the best that training came by. */
export type MeasureMoment = 'last' | 'best';

/** Which way a measure is good, by the run's own metrics; a loss is good where it is low. */
export function directionOf({ config }: Pick<RecordedRun, 'config'>, tag: string): Measure['better'] | undefined {
  const [set = '', name = ''] = [tag.slice(0, tag.indexOf('/')), tag.slice(tag.indexOf('/') + 1)];
  if (!['train', 'validation', 'test'].includes(set)) return undefined;
  const metrics = isPlainObject(config.metrics) ? config.metrics : {};
  const key = [name, name.replace(/^batch-/, '')].find((candidate) => Object.hasOwn(metrics, candidate));
  if (key === undefined) return /^(batch-)?loss\b/.test(name) ? 'lower' : undefined;
  try {
    return betterOf(metrics[key] as Metric);
  } catch {
    // A metric of a later version, say: what it means is not known here.
    return undefined;
  }
}

const positions = ['step', 'epoch', 'time'];

/** Tags of a run, those of run.json first. */
export function tagsOf(run: RecordedRun): string[] {
  const tags = new Set(Object.keys(run.metrics));
  for (const row of run.rows) for (const tag of Object.keys(row)) if (!positions.includes(tag)) tags.add(tag);
  return [...tags];
}

/** All of a run's measures. */
export function measuresOf(run: RecordedRun): RunMeasure[] {
  return tagsOf(run).map((tag) => measureOf(run, tag)!);
}

/** One of a run's measures; `better` says what is good where the run does not. */
export function measureOf(run: RecordedRun, tag: string, better = directionOf(run, tag)): RunMeasure | undefined {
  let last: MeasuredValue | undefined;
  let best: MeasuredValue | undefined;
  for (const row of run.rows) {
    const value = row[tag];
    if (value === undefined) continue;
    last = { value, step: row.step, epoch: row.epoch };
    if (better === undefined || Number.isNaN(value)) continue;
    if (best === undefined || compare({ better }, value, best.value) < 0) best = last;
  }
  const recorded = run.metrics[tag];
  if (last === undefined && recorded !== undefined) {
    last = { value: recorded };
    if (better !== undefined && !Number.isNaN(recorded)) best = last;
  }
  if (last === undefined) return undefined;
  return { tag, ...(better === undefined ? {} : { better }), last, ...(best === undefined ? {} : { best }) };
}

/** The last or best value of a measure. The last one of a run's end needs no look into its log. */
export function measuredValue(run: RecordedRun, tag: string, moment: MeasureMoment): number | undefined {
  if (moment === 'last' && run.metrics[tag] !== undefined && run.status !== 'running') return run.metrics[tag];
  const measure = measureOf(run, tag);
  return moment === 'last' ? measure?.last.value : measure?.best?.value;
}

/** What a run is judged by: its first metric, else the loss; on the validation set, else on the training set. */
export function primaryMeasure(run: RecordedRun): string | undefined {
  const names = [...(isPlainObject(run.config.metrics) ? Object.keys(run.config.metrics) : []), 'loss'];
  const tags = ['validation', 'train'].flatMap((set) => names.map((name) => `${set}/${name}`));
  return tags.find((tag) => run.metrics[tag] !== undefined) ?? tags.find((tag) => measureOf(run, tag) !== undefined);
}
