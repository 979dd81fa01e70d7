/** `dolina resume`: goes on with a run that was stopped or killed, or is to train longer, as if nothing had happened. */

import { join } from 'node:path';
import { DataError } from '../../base/errors.ts';
import { newestCheckpoint, type StoredCheckpoint } from '../../train/checkpoint/folder.node.ts';
import { refuseRunning } from '../../train/run-claim.node.ts';
import { readStoredRun } from '../../train/run-directory.node.ts';
import { findRun } from '../../train/runs/find-run.node.ts';
import type { Arguments } from '../arguments.ts';
import { exitCodes } from '../exit-code.ts';
import { chooseReporter, readProgress, resolveProgress } from '../report/choose-reporter.ts';
import { progressKinds, type Reporter } from '../report/reporter.ts';
import { runExperiment } from '../run-experiment.ts';
import { referenceRemarks, rootOf, runsOption } from '../runs/run-options.ts';
import { storedExperiment } from '../stored-experiment.ts';
import { errorMetricOf } from '../summary.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Command } from './command.ts';
import { oneOperand } from './one-operand.ts';

const options = {
  epochs: { value: 'n', help: 'train up to so many passes in all, also where the run is done' },
  ...runsOption,
  experiment: { value: 'file', help: 'the module of the experiment, where it lies elsewhere by now' },
  progress: { value: 'kind', help: `${progressKinds.join(', ')}; json: every event as a line on stderr` },
} as const;

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const mend = 'Name a run directory, the last line that "dolina train" printed; or "latest".';
  const { path } = findRun(oneOperand('resume', 'a run', given, mend), { root: rootOf(given) });
  const kind = readProgress('resume', given.text('progress'));
  const epochs = given.number('epochs');
  const stored = readStoredRun(path);
  refuseRunning(stored.record, path);
  const { experiment: was, module } = await storedExperiment(stored, given.text('experiment'));
  const experiment = epochs === undefined ? was : { ...was, epochs };
  const reporter = chooseReporter(kind, around, errorMetricOf(experiment));
  try {
    const { reason, step = 0 } = stored.record;
    const isOver = step >= (experiment.steps ?? Number.POSITIVE_INFINITY);
    if (stored.record.status === 'done' && (isOver || !(experiment.epochs > was.epochs))) {
      const all = isOver ? `${step} steps` : `${was.epochs} epochs`;
      const mend = isOver ? 'More "steps" in its config.json let it train on' : '--epochs n trains on';
      reporter.say(`this run is done: ${reason ?? `all its ${all}`}. ${mend}`);
      around.out(`${path}\n`);
      return exitCodes.done;
    }
    const from = checkpointOf(path, reporter);
    const rows = stored.rows.filter(({ step }) => step <= from.state.step);
    const drawCurves = around.terminal && resolveProgress(kind, around) === 'bar';
    const settings = { experiment, reporter, drawCurves, resumed: { path, from, rows } };
    return await runExperiment({ ...settings, root: '', ...(module === undefined ? {} : { module }) }, around);
  } finally {
    reporter.close();
  }
}

/** The newest checkpoint that is whole; damaged ones are named. */
function checkpointOf(path: string, reporter: Reporter): StoredCheckpoint {
  const newest = newestCheckpoint(join(path, 'checkpoints'));
  if (newest === undefined) {
    throw new DataError('checkpoint/none', 'the run has no checkpoint: it ended before its first one', {
      place: path,
      mend: 'Start it anew: dolina train <run>/config.json.',
    });
  }
  for (const error of newest.damage) reporter.say(`warning: ${error.message}`);
  if (newest.damage.length > 0) reporter.say(`going on from ${newest.checkpoint.name}, the one before`);
  return newest.checkpoint;
}

export const resumeCommand: Command = {
  name: 'resume',
  operands: '<run>',
  summary: 'Goes on with a run from its newest checkpoint, as if it had never been interrupted.',
  options,
  remarks: [
    'The run goes on in its own directory: what was logged after the checkpoint is cut off, and the rest is to the bit what',
    'an uninterrupted run would have written. Exit codes as for train.',
    '',
    referenceRemarks,
  ].join('\n'),
  run,
};
