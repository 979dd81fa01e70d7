/** `dolina runs rm`: removes run directories, once a person has said so. */

import { lstatSync, rmSync } from 'node:fs';
import { DataError, OptionError } from '../../../base/errors.ts';
import { runIdForm } from '../../../train/runs/read-run.node.ts';
import type { RecordedRun } from '../../../train/runs/recorded-run.ts';
import type { Arguments } from '../../arguments.ts';
import { exitCodes } from '../../exit-code.ts';
import { jsonText } from '../../present/json-text.ts';
import {
  choiceOptions,
  chosenRuns,
  filterRemarks,
  jsonOption,
  referenceRemarks,
  runsOption,
} from '../../runs/run-options.ts';
import { bytesText, filesOf } from '../../runs/run-text.ts';
import type { Surroundings } from '../../surroundings.ts';
import type { Command } from '../command.ts';

const options = {
  yes: { help: 'do not ask' },
  force: { help: 'also runs of another machine that say they are running, and were silent for ten minutes' },
  ...choiceOptions,
  ...runsOption,
  ...jsonOption,
} as const;

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const runs = chosenRuns('runs rm', given);
  if (runs.length === 0) {
    throw new OptionError('usage', '"dolina runs rm" needs a run', { mend: 'Name one, or choose with --filter.' });
  }
  // All of them are looked at before the first one goes.
  const sizes = runs.map((one) => checkRemovable(one, given.flag('force')));
  if (!given.flag('yes') && !(await agreed(runs, sizes, around))) {
    around.err('nothing was removed\n');
    return exitCodes.failure;
  }
  for (const { path } of runs) rmSync(path, { recursive: true });
  if (given.flag('json')) around.out(jsonText({ removed: runs.map(({ id, path }) => ({ id, path })) }));
  else for (const { path } of runs) around.out(`${path}\n`);
  return exitCodes.done;
}

/** Refuses what must stay; gives the size of what may go. */
function checkRemovable(one: RecordedRun, force: boolean): number {
  const { path, id, status } = one;
  if (lstatSync(path).isSymbolicLink()) {
    throw new DataError('data/run-directory', 'this is a link to a run directory', {
      place: path,
      mend: 'Name the directory itself.',
    });
  }
  if (status === 'damaged' && !runIdForm.test(id)) {
    throw new DataError('data/run-directory', 'run.json is damaged, and the name is not that of a run directory', {
      place: path,
      mend: 'Remove it by hand, if it is one.',
    });
  }
  if (status === 'running' || (status === 'silent' && !force)) {
    const [says, mend] =
      status === 'running'
        ? ['is running', 'Stop it first.']
        : ['says that it is running, on another machine perhaps', 'Make sure that it is not, then give --force.'];
    throw new OptionError('run/running', `${id} ${says}`, { place: 'dolina runs rm', mend });
  }
  return filesOf(one).reduce((sum, { bytes }) => sum + bytes, 0);
}

async function agreed(runs: readonly RecordedRun[], sizes: readonly number[], around: Surroundings): Promise<boolean> {
  const lines = runs.map(({ path, status }, index) => `  ${path}  ${status}, ${bytesText(sizes[index]!)}\n`);
  const what = runs.length === 1 ? 'this run' : `these ${runs.length} runs`;
  around.err(lines.join(''));
  const answer = await around.ask(`Remove ${what} for good? [y/N] `);
  if (answer === undefined) {
    throw new OptionError('usage', 'nobody is there to be asked', { place: 'dolina runs rm', mend: 'Give --yes.' });
  }
  return /^y(es)?$/i.test(answer.trim());
}

export const runsRemoveCommand: Command = {
  name: 'runs rm',
  operands: '<run>…',
  summary: 'Removes run directories; asks before it does.',
  options,
  remarks: `${referenceRemarks}\n${filterRemarks}`,
  run,
};
