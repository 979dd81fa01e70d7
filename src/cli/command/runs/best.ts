/** `dolina runs best`: the best run by a measure; its directory is the last line on stdout. */

import { checkOneOf } from '../../../base/options.ts';
import { bestRun } from '../../../train/runs/best-run.ts';
import { readRuns } from '../../../train/runs/read-run.node.ts';
import { runSummary } from '../../../train/runs/run-summary.ts';
import type { Arguments } from '../../arguments.ts';
import { exitCodes } from '../../exit-code.ts';
import { jsonText } from '../../present/json-text.ts';
import { formatNumber } from '../../present/number-format.ts';
import {
  choiceOptions,
  filteredRuns,
  filterRemarks,
  jsonOption,
  momentOf,
  noOperands,
  problemLines,
  rootOf,
  runsOption,
} from '../../runs/run-options.ts';
import type { Surroundings } from '../../surroundings.ts';
import type { Command } from '../command.ts';

const options = {
  by: { value: 'measure', help: "a measure, such as validation/loss (default: the runs' first metric)" },
  better: { value: 'way', help: 'lower or higher (default: as the metric says)' },
  ...choiceOptions,
  ...runsOption,
  ...jsonOption,
} as const;

async function run(given: Arguments, around: Surroundings): Promise<number> {
  noOperands('runs best', given, 'Choose among the runs with --filter.');
  const moment = momentOf('runs best', given);
  const [measure, better] = [given.text('by'), given.text('better')];
  const runs = filteredRuns('runs best', given, readRuns(rootOf(given)));
  const best = bestRun(runs, {
    ...{ moment },
    ...(measure === undefined ? {} : { measure }),
    ...(better === undefined
      ? {}
      : { better: checkOneOf('dolina runs best', '--better', better, ['lower', 'higher'] as const) }),
  });
  const { found } = best;
  around.err(problemLines([best.run]));
  if (given.flag('json')) {
    around.out(
      jsonText({ ...runSummary(best.run), measure: { ...best.measure, moment, ...found, among: best.among } }),
    );
    return exitCodes.done;
  }
  const place = found.step === undefined ? '' : ` at step ${found.step}`;
  const value = formatNumber(found.value, { digits: 4 });
  const among =
    best.among === 1
      ? 'the only run that has it'
      : `the ${best.measure.better === 'lower' ? 'lowest' : 'highest'} of ${best.among} runs`;
  around.err(`${moment === 'last' ? 'last' : 'best'} ${best.measure.tag} ${value}${place}, ${among}\n`);
  around.out(`${best.run.path}\n`);
  return exitCodes.done;
}

export const runsBestCommand: Command = {
  name: 'runs best',
  operands: '',
  summary: 'Finds the best run by a measure; the last line on stdout is its directory.',
  options,
  remarks: filterRemarks,
  run,
};
