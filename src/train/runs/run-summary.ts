import type { RecordedRun } from './recorded-run.ts';

/** A run without its log and its configuration: a row of a list. */
export type RunSummary = Omit<RecordedRun, 'config' | 'rows' | 'versions'>;

/** What a list shows of a run, as plain data. */
export function runSummary(run: RecordedRun): RunSummary {
  const {
    config: _,
    rows: __,
    versions: ___,
    ...summary
  } = Object.fromEntries(
    Object.entries(Object.getOwnPropertyDescriptors(run)).flatMap(([key, { value }]) =>
      value === undefined ? [] : [[key, value]],
    ),
  ) as unknown as RecordedRun;
  return summary;
}
