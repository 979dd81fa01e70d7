/** Rows of `metrics.jsonl`: one JSON object a line, with NaN and the infinities as strings, since JSON has no word for them. */

import { DataError } from '../base/errors.ts';
import type { TrainingEvent } from './event.ts';

/** One row of the log: where training stood, and measures by tag. */
export type MetricsRow = { readonly step: number; readonly epoch: number; readonly time: number } & Readonly<
  Record<string, number>
>;

/** What loss and metrics of one minibatch are logged under. */
export const minibatchTag = 'train/batch-';

/** The line of a row, newline included. */
export function formatRow(row: MetricsRow): string {
  return `${JSON.stringify(row, (_key, value) =>
    typeof value === 'number' && !Number.isFinite(value) ? String(value) : value,
  )}\n`;
}

/**
 * Rows of a log; a torn last line (the writer was cut off) is left out. `source` names the log in errors.
 *
 * @throws DataError `data/metrics-log` with the line that is no row of numbers.
 */
export function parseRows(text: string, source = 'metrics.jsonl'): MetricsRow[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line, index) => {
    const row = rowIn(line);
    if (row !== undefined) return row;
    throw new DataError('data/metrics-log', 'the line is no row of step, epoch, time and measures', {
      place: `${source}, line ${index + 1}`,
      mend: 'Take the line out.',
    });
  });
}

/** Rows of a log that may be damaged: lines that are no rows are left out, and counted from 1. */
export function salvageRows(text: string): { readonly rows: MetricsRow[]; readonly damaged: number[] } {
  const rows: MetricsRow[] = [];
  const damaged: number[] = [];
  const lines = text.split('\n');
  lines.pop();
  for (const [index, line] of lines.entries()) {
    const row = rowIn(line);
    if (row === undefined) damaged.push(index + 1);
    else rows.push(row);
  }
  return { rows, damaged };
}

function rowIn(line: string): MetricsRow | undefined {
  try {
    const row = JSON.parse(line, (_key, value) =>
      value === 'NaN' || value === 'Infinity' || value === '-Infinity' ? Number(value) : value,
    ) as MetricsRow;
    const { step, epoch, time } = row;
    return [step, epoch, time].every(Number.isFinite) && Object.values(row).every((value) => typeof value === 'number')
      ? row
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The row that an event leaves in the log, if it leaves one: each evaluation, and each `every`-th step under the tags
 * `train/batch-loss`, `train/batch-digit/loss`, `optim/<hyper-parameter>`, `gradient/norm` (unclipped).
 */
export function rowOf(event: TrainingEvent, every: number): MetricsRow | undefined {
  if (event.type === 'evaluation') {
    return { step: event.step, epoch: event.epoch, time: event.time, ...event.measures };
  }
  if (event.type !== 'step' || event.step % every !== 0) return undefined;
  const row: Record<string, number> = { [`${minibatchTag}loss`]: event.loss };
  for (const [name, value] of Object.entries(event.measures)) row[`${minibatchTag}${name}`] = value;
  for (const [name, value] of Object.entries(event.hyper)) row[hyperTag(name)] = value;
  row['gradient/norm'] = event.gradientNorm;
  return { step: event.step, epoch: event.epoch, time: event.time, ...row };
}

/** `learningRate` → `optim/learning-rate`. */
export function hyperTag(name: string): string {
  return `optim/${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
