/** The best of several runs by a measure. */

import { OptionError } from '../../base/errors.ts';
import { compare, type Measure } from '../race/measure.ts';
import type { RecordedRun } from './recorded-run.ts';
import { directionOf, type MeasuredValue, type MeasureMoment, measureOf, primaryMeasure } from './run-measures.ts';
import { checkRunKey } from './run-value.ts';

/** What is best. */
export interface BestRunOptions {
  /** The tag of a measure. Default: what the runs are judged by, where they agree: their first metric, else the loss. */
  readonly measure?: string;
  /** Which way it is good. Default: as the metrics of the runs say. */
  readonly better?: Measure['better'];
  /** Its last value, or the best that training came by. Default `last`. */
  readonly moment?: MeasureMoment;
}

/** The best of several runs, and what it was chosen by. */
export interface BestRun {
  readonly run: RecordedRun;
  readonly measure: Measure;
  readonly found: MeasuredValue;
  /** How many runs had a number to compare. */
  readonly among: number;
}

/** The best run; of equal ones the first. Throws an OptionError where no measure is agreed upon, or no run has it. */
export function bestRun(runs: readonly RecordedRun[], options: BestRunOptions = {}): BestRun {
  const moment = options.moment ?? 'last';
  const tag = options.measure ?? agreed(runs, primaryMeasure, 'judged by different measures', 'Name one');
  checkRunKey('best', tag, runs);
  const having = runs.filter((run) => measureOf(run, tag) !== undefined);
  const better =
    options.better ?? agreed(having, (run) => directionOf(run, tag), `not agreed on which way ${tag} is good`, 'Say');
  let best: BestRun | undefined;
  let among = 0;
  for (const run of having) {
    const found = measureOf(run, tag, better)?.[moment];
    if (found === undefined || Number.isNaN(found.value)) continue;
    among++;
    if (best === undefined || compare({ better }, found.value, best.found.value) < 0) {
      best = { run, measure: { tag, better }, found, among };
    }
  }
  if (best !== undefined) return { ...best, among };
  throw new OptionError('runs/measure', `none of ${runs.length} runs has a number for ${tag}`, {
    mend: 'Name a measure that was taken: "dolina runs show" lists them.',
  });
}

function agreed<T extends string>(
  runs: readonly RecordedRun[],
  of: (run: RecordedRun) => T | undefined,
  problem: string,
  verb: string,
): T {
  const found = [...new Set(runs.map(of))].filter((value) => value !== undefined);
  if (found.length === 1) return found[0]!;
  const list = found.length === 0 ? 'nothing says' : found.join(', ');
  throw new OptionError('runs/measure', `the runs are ${problem}: ${list}`, {
    mend: `${verb}, as with --by validation/loss, or with --better lower; or choose among the runs with --filter.`,
  });
}
