/** Metrics in long form, a value to a row: what tables, data frames and plotting programs read. */

import type { RecordedRun } from './recorded-run.ts';

/** One value of one measure of one run. */
export interface LongRow {
  /** The id of the run. */
  readonly run: string;
  readonly step: number;
  readonly epoch: number;
  /** Seconds since the first step began. */
  readonly time: number;
  readonly tag: string;
  readonly value: number;
}

/** The rows of a run's log, a value each; `tags` chooses among them. */
export function* longForm(run: RecordedRun, tags?: ReadonlySet<string>): Generator<LongRow> {
  for (const { step, epoch, time, ...measures } of run.rows) {
    for (const [tag, value] of Object.entries(measures)) {
      if (tags === undefined || tags.has(tag)) yield { run: run.id, step, epoch, time, tag, value };
    }
  }
}
