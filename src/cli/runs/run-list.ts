/** Runs as a table: what each is, how far it came, how good it is, and what differs between them. */

import { valueWords } from '../../train/runs/config-leaves.ts';
import type { RecordedRun } from '../../train/runs/recorded-run.ts';
import { directionOf, type MeasureMoment, primaryMeasure } from '../../train/runs/run-measures.ts';
import { runDifferences, shortNames, shortPaths } from '../../train/runs/run-names.ts';
import { runValue } from '../../train/runs/run-value.ts';
import { formatDuration, formatNumber } from '../present/number-format.ts';
import { type Column, cut, tableLines } from '../present/table.ts';
import { timeAgo } from '../present/time-ago.ts';

export interface RunListOptions {
  /** Keys of further columns that always stay. */
  readonly columns: readonly string[];
  readonly moment: MeasureMoment;
  /** Characters in a line. */
  readonly width: number;
  readonly now: Date;
  /** Every run of the folder: short names tell these apart, not only those that are listed. */
  readonly among: readonly RecordedRun[];
}

/** A column of a difference is at most so wide. */
const widest = 24;

/** Lines of the table, its head first. */
export function runList(
  runs: readonly RecordedRun[],
  { columns, moment, width, now, among }: RunListOptions,
): string[] {
  const short = shortNames(among);
  const whole = width === Number.POSITIVE_INFINITY;
  const experiments = new Set(runs.map(({ experiment }) => experiment)).size;
  const seeds = new Set(runs.map(({ seed }) => seed)).size;
  const column = (
    head: string,
    priority: number | undefined,
    of: (run: RecordedRun) => string,
    align?: Column['align'],
  ) => ({
    ...{ head, cells: runs.map(of) },
    ...(priority === undefined ? {} : { priority }),
    ...(align === undefined ? {} : { align }),
  });
  const measure = (tag: string, priority?: number) =>
    column(measureHead(tag, runs, moment), priority, (run) => valueText(runValue(run, tag, moment)), 'right');
  const chosen = columns.map((key) => measure(key));
  const usual = usualMeasures(runs).filter((tag) => !columns.includes(tag));
  // Epochs have a column of their own.
  const differing = runDifferences(runs).filter(({ path }) => path !== 'epochs' && !columns.includes(path));
  const labels = shortPaths(differing.map(({ path }) => path));
  return tableLines(
    [
      column('run', undefined, whole ? ({ id }) => id : short),
      column('experiment', experiments > 1 ? 3 : 12, ({ experiment }) => experiment),
      column('status', undefined, ({ status }) => status),
      column('when', 4, whole ? ({ started = '?' }) => started : ({ started }) => timeAgo(started, now)),
      column('took', 11, ({ seconds }) => (seconds === undefined ? '–' : formatDuration(seconds)), 'right'),
      column('epoch', 2, epochText, 'right'),
      column('step', 9, ({ step }) => (step === undefined ? '–' : String(step)), 'right'),
      column('seed', seeds > 1 ? 5 : 13, ({ seed }) => (seed === undefined ? '–' : String(seed)), 'right'),
      ...chosen,
      ...usual.map((tag, index) => measure(tag, index === 0 ? 1 : 7 + index)),
      ...differing.map(({ path, values }, index) => ({
        head: whole ? path : labels.get(path)!,
        cells: values.map((value) => (whole ? valueWords(value) : cut(valueWords(value), widest))),
        // Two of them matter as much as the seed does, the others least.
        priority: index < 2 ? 5 + (1 + index) / 4 : 20 + index,
      })),
    ],
    width,
  );
}

function epochText({ epoch, epochs }: RecordedRun): string {
  if (epoch === undefined) return '–';
  const at = Number.isInteger(epoch) ? String(epoch) : epoch.toFixed(1);
  return epochs === undefined ? at : `${at}/${epochs}`;
}

/** `validation/error ↓`: an arrow that says which way it is good. */
export function measureHead(tag: string, runs: readonly RecordedRun[], moment: MeasureMoment = 'last'): string {
  const directions = new Set(runs.map((run) => directionOf(run, tag)).filter((direction) => direction !== undefined));
  const arrow = directions.size !== 1 ? '' : directions.has('lower') ? ' ↓' : ' ↑';
  return `${moment === 'best' && directions.size > 0 ? 'best ' : ''}${tag}${arrow}`;
}

/** A value as a cell shows it. */
export function valueText(value: unknown): string {
  return typeof value === 'number' ? formatNumber(value, { digits: 4 }) : valueWords(value ?? undefined);
}

/** What the runs are judged by, most of them first, then the test set's and the loss. */
function usualMeasures(runs: readonly RecordedRun[]): string[] {
  const counts = new Map<string, number>();
  for (const run of runs) {
    const tag = primaryMeasure(run);
    if (tag !== undefined) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  const primary = [...counts].sort((a, b) => b[1] - a[1]).map(([tag]) => tag);
  const others = primary.slice(0, 1).map((tag) => tag.replace(/^[^/]*/, 'test'));
  const candidates = [...primary.slice(0, 2), ...others, 'validation/loss'];
  return [...new Set(candidates)].filter(
    (tag) => runs.some((run) => run.metrics[tag] !== undefined) || counts.has(tag),
  );
}
