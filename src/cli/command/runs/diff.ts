/** `dolina runs diff`: only what differs between runs, side by side. */

import { OptionError } from '../../../base/errors.ts';
import type { RecordedRun } from '../../../train/runs/recorded-run.ts';
import { shortNames } from '../../../train/runs/run-names.ts';
import type { Arguments } from '../../arguments.ts';
import { exitCodes } from '../../exit-code.ts';
import { jsonText } from '../../present/json-text.ts';
import { cut, tableLines } from '../../present/table.ts';
import { type ComparisonLine, compareRuns } from '../../runs/run-comparison.ts';
import { measureHead, valueText } from '../../runs/run-list.ts';
import {
  choiceOptions,
  chosenRuns,
  filterRemarks,
  jsonOption,
  momentOf,
  problemLines,
  referenceRemarks,
  runsOption,
} from '../../runs/run-options.ts';
import type { Surroundings } from '../../surroundings.ts';
import type { Command } from '../command.ts';

const options = { ...choiceOptions, ...runsOption, ...jsonOption } as const;

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const runs = chosenRuns('runs diff', given);
  if (runs.length < 2) {
    const what = runs.length === 0 ? 'none is named' : `only ${runs[0]!.id} is named`;
    throw new OptionError('usage', `"dolina runs diff" needs two runs at least, and ${what}`, {
      mend: 'Name them, as in "dolina runs diff best latest", or choose with --filter.',
    });
  }
  const moment = momentOf('runs diff', given);
  const comparison = compareRuns(runs, moment);
  around.err(problemLines(runs));
  if (given.flag('json')) {
    const ids = runs.map(({ id, path }) => ({ id, path }));
    around.out(jsonText({ runs: ids, moment, ...comparison }));
    return exitCodes.done;
  }
  const parts = [
    { title: 'config', lines: comparison.config, keyOf: ({ key }: ComparisonLine) => key },
    { title: 'results', lines: comparison.results, keyOf: ({ key }: ComparisonLine) => measureHead(key, runs, moment) },
  ].filter(({ lines }) => lines.length > 0);
  if (parts.length === 0) around.err('nothing differs\n');
  else around.out(`${parts.map((part) => sideBySide(part, runs, around.outWidth()).join('\n')).join('\n\n')}\n`);
  return exitCodes.done;
}

interface Part {
  readonly title: string;
  readonly lines: readonly ComparisonLine[];
  readonly keyOf: (line: ComparisonLine) => string;
}

/** A table with a column for each run; where it is too wide, long values are cut so that all of them are seen. */
function sideBySide({ title, lines, keyOf }: Part, runs: readonly RecordedRun[], width: number): string[] {
  const short = shortNames(runs);
  const keys = lines.map(keyOf);
  const cell = ({ values, best }: ComparisonLine, index: number) =>
    `${valueText(values[index])}${best?.includes(index) && best.length < runs.length ? ' *' : ''}`;
  const table = (keyRoom: number, room: number) =>
    tableLines([
      { head: title, cells: keys.map((key) => cut(key, keyRoom)) },
      ...runs.map((one, index) => ({
        head: cut(Number.isFinite(width) ? short(one) : one.id, room),
        cells: lines.map((line) => cut(cell(line, index), room)),
      })),
    ]);
  const whole = table(Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY);
  if (whole.every((line) => line.length <= width)) return whole;
  const keyRoom = Math.min(Math.floor(width / 2), Math.max(title.length, ...keys.map((key) => key.length)));
  const room = Math.max(6, Math.floor((width - keyRoom) / runs.length) - 2);
  return table(keyRoom, room).map((line) => cut(line, width));
}

export const runsDiffCommand: Command = {
  name: 'runs diff',
  operands: '<run> <run>…',
  summary: 'Shows what differs between runs, in their configurations and their results; * marks the best.',
  options,
  remarks: `${referenceRemarks}\n${filterRemarks}`,
  run,
};
