/** `dolina runs ls`: the runs of a folder as a table, or as data. */

import { OptionError } from '../../../base/errors.ts';
import { sortRuns } from '../../../train/runs/filter.ts';
import { readRuns } from '../../../train/runs/read-run.node.ts';
import { runDifferences } from '../../../train/runs/run-names.ts';
import { runSummary } from '../../../train/runs/run-summary.ts';
import { checkRunKey, runValue } from '../../../train/runs/run-value.ts';
import type { Arguments } from '../../arguments.ts';
import { exitCodes } from '../../exit-code.ts';
import { jsonText } from '../../present/json-text.ts';
import { runList } from '../../runs/run-list.ts';
import {
  choiceOptions,
  filteredRuns,
  filterRemarks,
  jsonOption,
  listOf,
  momentOf,
  noOperands,
  problemLines,
  rootOf,
  runsOption,
} from '../../runs/run-options.ts';
import type { Surroundings } from '../../surroundings.ts';
import type { Command } from '../command.ts';

const options = {
  ...choiceOptions,
  sort: {
    value: 'keys',
    help: 'from low to high; -key from high to low (default: the latest first)',
    repeatable: true,
  },
  columns: { value: 'keys', help: 'also these measures, fields or paths of config.json', repeatable: true },
  limit: { value: 'n', help: 'at most so many runs' },
  ...runsOption,
  ...jsonOption,
} as const;

async function run(given: Arguments, around: Surroundings): Promise<number> {
  noOperands('runs ls', given, 'It lists all runs: choose with --filter, or name one to "dolina runs show".');
  const moment = momentOf('runs ls', given);
  const columns = listOf(given, 'columns');
  const all = readRuns(rootOf(given));
  const found = filteredRuns('runs ls', given, all);
  for (const key of columns) checkRunKey('--columns', key, all);
  const runs = sortRuns(found, listOf(given, 'sort'), moment).slice(0, limitOf(given));
  if (given.flag('json')) {
    const differing = runDifferences(runs);
    const rows = runs.map((one, index) => ({
      ...runSummary(one),
      values: Object.fromEntries(columns.map((key) => [key, runValue(one, key, moment)])),
      differences: Object.fromEntries(differing.map(({ path, values }) => [path, values[index]])),
    }));
    around.out(jsonText(rows));
  } else if (runs.length > 0) {
    const lines = runList(runs, { columns, moment, width: around.outWidth(), now: new Date(), among: all });
    around.out(`${lines.join('\n')}\n`);
  } else {
    const what = all.length === 0 ? 'no runs' : `none of ${all.length} runs satisfies the filter`;
    around.err(`${what} in ${rootOf(given)}\n`);
  }
  around.err(problemLines(runs));
  return exitCodes.done;
}

function limitOf(given: Arguments): number {
  const limit = given.number('limit') ?? Number.POSITIVE_INFINITY;
  if (limit >= 1 && (Number.isInteger(limit) || limit === Number.POSITIVE_INFINITY)) return limit;
  throw new OptionError('option/range', `--limit is ${limit}`, { place: 'dolina runs ls', mend: 'Give 1 or more.' });
}

export const runsListCommand: Command = {
  name: 'runs ls',
  operands: '',
  summary: 'Lists runs, the latest first.',
  options,
  remarks: `${filterRemarks}\nOn a terminal the table fits its width; elsewhere it has every column and whole ids.`,
  run,
};
