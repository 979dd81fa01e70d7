/** `dolina runs export`: metrics of runs in long form, for data frames and other programs. */

import { closeSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { extname } from 'node:path';
import { checkOneOf } from '../../../base/options.ts';
import { showNonFinite } from '../../../train/run-directory.node.ts';
import { type LongRow, longForm } from '../../../train/runs/long-form.ts';
import type { RecordedRun } from '../../../train/runs/recorded-run.ts';
import { checkRunKey } from '../../../train/runs/run-value.ts';
import type { Arguments } from '../../arguments.ts';
import { exitCodes } from '../../exit-code.ts';
import {
  choiceOptions,
  chosenRuns,
  filterRemarks,
  listOf,
  problemLines,
  referenceRemarks,
  runsOption,
} from '../../runs/run-options.ts';
import type { Surroundings } from '../../surroundings.ts';
import type { Command } from '../command.ts';

const options = {
  to: { value: 'file', help: 'write there instead of to stdout; the end of its name gives the format' },
  format: { value: 'name', help: 'csv or jsonl (default: csv)' },
  tags: { value: 'measures', help: 'only these (default: all)', repeatable: true },
  ...choiceOptions,
  ...runsOption,
  json: { help: 'the same as --format jsonl' },
} as const;

const columns = ['run', 'step', 'epoch', 'time', 'tag', 'value'] as const satisfies readonly (keyof LongRow)[];

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const to = given.text('to');
  const ending = to !== undefined && ['.jsonl', '.ndjson', '.json'].includes(extname(to)) ? 'jsonl' : 'csv';
  const asked = given.text('format') ?? (given.flag('json') ? 'jsonl' : ending);
  const format = checkOneOf('dolina runs export', '--format', asked, ['csv', 'jsonl'] as const);
  const runs = chosenRuns('runs export', given, 'latest');
  const tags = listOf(given, 'tags');
  for (const tag of tags) checkRunKey('--tags', tag, runs);
  const chosen = tags.length === 0 ? undefined : new Set(tags);
  if (to === undefined) {
    for (const text of texts(runs, chosen, format)) around.out(text);
  } else {
    const lines = writeAside(to, texts(runs, chosen, format));
    around.err(
      `written to ${to}: ${format === 'csv' ? lines - 1 : lines} values of ${runs.length} run${runs.length === 1 ? '' : 's'}\n`,
    );
  }
  around.err(problemLines(runs));
  return exitCodes.done;
}

/** The file in pieces of many lines. */
function* texts(
  runs: readonly RecordedRun[],
  tags: ReadonlySet<string> | undefined,
  format: 'csv' | 'jsonl',
): Generator<string> {
  let piece = format === 'csv' ? `${columns.join(',')}\n` : '';
  for (const one of runs) {
    for (const row of longForm(one, tags)) {
      piece += format === 'csv' ? csvLine(row) : `${JSON.stringify(row, showNonFinite)}\n`;
      if (piece.length < 1 << 16) continue;
      yield piece;
      piece = '';
    }
  }
  yield piece;
}

function csvLine(row: LongRow): string {
  return `${columns.map((column) => quoted(String(row[column]))).join(',')}\n`;
}

/** As RFC 4180 has it. */
function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Writes pieces beside `path`, then renames: an export that breaks off leaves what was there. Gives the lines written. */
function writeAside(path: string, pieces: Iterable<string>): number {
  const aside = `${path}.partial`;
  const file = openSync(aside, 'w');
  let lines = 0;
  try {
    for (const piece of pieces) {
      writeSync(file, piece);
      for (const letter of piece) if (letter === '\n') lines++;
    }
  } catch (error) {
    closeSync(file);
    rmSync(aside, { force: true });
    throw error;
  }
  closeSync(file);
  renameSync(aside, path);
  return lines;
}

export const runsExportCommand: Command = {
  name: 'runs export',
  operands: '[run…]',
  summary:
    'Writes the metrics of runs, a value to a row: run, step, epoch, time, tag, value; of the latest by default.',
  options,
  remarks: `${referenceRemarks}\n${filterRemarks}`,
  run,
};
