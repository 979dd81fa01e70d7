/** `dolina lr-find`: finds a learning rate for an experiment by trying rates, and draws what they came to. */

import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { OptionError } from '../../base/errors.ts';
import { checkOneOf } from '../../base/options.ts';
import { svg } from '../../plot/svg.ts';
import { terminal } from '../../plot/terminal.ts';
import { isSchedule } from '../../rule/schedule.ts';
import { engineNames } from '../../train/experiment/engine.ts';
import type { Experiment } from '../../train/experiment.ts';
import { findLearningRate, learningRateMethods } from '../../train/find-learning-rate.ts';
import type { FirstStepsSearch } from '../../train/find-learning-rate-by-first-steps.ts';
import type { RangeTest } from '../../train/find-learning-rate-by-range-test.ts';
import type { Arguments } from '../arguments.ts';
import { exitCodes } from '../exit-code.ts';
import { loadExperiment } from '../load-experiment.ts';
import { openEngine } from '../open-engine.ts';
import { rateCurve } from '../plot/rate-curve.ts';
import { formatNumber } from '../present/number-format.ts';
import { chooseReporter, resolveProgress } from '../report/choose-reporter.ts';
import { jsonLine, rateSearchProgress } from '../report/rate-search-progress.ts';
import { progressKinds } from '../report/reporter.ts';
import { prepareExperiment } from '../run-experiment.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Command } from './command.ts';
import { oneOperand } from './one-operand.ts';

const options = {
  method: { value: 'name', help: `${learningRateMethods.join(' or ')} (default: ${learningRateMethods[0]})` },
  steps: { value: 'n', help: 'steps that each rate is given, or of the whole range test (default: 100)' },
  min: { value: 'rate', help: 'the least rate that is tried (default: 1e-4; 1e-7 in a range test)' },
  max: { value: 'rate', help: 'the largest rate that is tried (default: 1; 10 in a range test)' },
  set: {
    value: 'path=value',
    help: 'change a part of the experiment, such as optimizer.momentum=0.9',
    repeatable: true,
  },
  seed: { value: 'n', help: 'everything random follows from it (default: that of the experiment)' },
  engine: { value: 'name', help: engineNames.join(' or ') },
  threads: { value: 'n', help: 'threads inside an operator (default: measured)' },
  svg: { value: 'file', help: 'draw the curve into this file' },
  json: { help: 'the whole result as one JSON object, with all digits' },
  progress: { value: 'kind', help: `${progressKinds.join(', ')}; json: every event as a line on stderr` },
} as const;

/** Options that are shorthands of `--set`. */
const shorthands = { seed: 'seed', engine: 'engine.name', threads: 'engine.threads' } as const;

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const name = oneOperand('lr-find', 'an experiment', given, 'Name what "dolina train" would train.');
  const method = checkOneOf('dolina lr-find', '--method', given.text('method') ?? 'first-steps', learningRateMethods);
  const kind = checkOneOf('dolina lr-find', '--progress', given.text('progress') ?? 'auto', progressKinds);
  const file = given.text('svg');
  if (file !== undefined) checkFolder(file);
  const assignments = [...given.texts('set'), ...shorthandAssignments(given)];
  const experiment = await loadExperiment(name, assignments);
  const reporter = chooseReporter(kind, around);
  try {
    const { data } = await prepareExperiment(experiment, reporter, around);
    const { engine, compile } = await openEngine(experiment.engine, around.cacheFolder);
    try {
      const shown = resolveProgress(kind, around);
      reporter.waiting('compiling');
      const found = await findLearningRate({
        ...settingsOf(experiment),
        ...{ training: data.training, engine, compile, method, ...numbers(given) },
        onProgress: rateSearchProgress({
          ...{ kind: shown, method, reporter, write: around.err },
          now: () => performance.now(),
        }),
      });
      reporter.close();
      const chart = rateCurve(found, experiment.name);
      if (file !== undefined) writeFileSync(file, svg(chart));
      if (around.terminal && shown === 'bar') {
        const width = Math.min(100, around.width());
        reporter.say(`\n${terminal(chart, { width, colour: around.colour })}\n`);
      }
      reporter.say(summary(found));
      for (const line of commands(name, assignments, found.suggestion, experiment)) reporter.say(line);
      if (file !== undefined) reporter.say(`curve      ${file}`);
      around.out(`${given.flag('json') ? jsonLine(found) : found.suggestion}\n`);
      return exitCodes.done;
    } finally {
      await engine.release();
    }
  } finally {
    reporter.close();
  }
}

/** What the search takes of an experiment: all but what only a whole training has. */
function settingsOf(experiment: Experiment) {
  const { name: _name, data: _data, validation: _validation, engine: _engine, ...settings } = experiment;
  const {
    metrics: _metrics,
    steps: _steps,
    histograms: _histograms,
    averaging: _averaging,
    freezeStatistics: _freeze,
    ...taken
  } = settings;
  return taken;
}

/** The numbers that are given, under the names that the search has for them. */
function numbers(given: Arguments): { readonly steps?: number; readonly min?: number; readonly max?: number } {
  const names = ['steps', 'min', 'max'] as const;
  return Object.fromEntries(names.map((name) => [name, given.number(name)]).filter(([, value]) => value !== undefined));
}

function shorthandAssignments(given: Arguments): string[] {
  return Object.entries(shorthands).flatMap(([option, path]) => {
    const value = given.text(option);
    if (value !== undefined && option !== 'engine') given.number(option);
    return value === undefined ? [] : [`${path}=${value}`];
  });
}

/** Refuses a file that could not be written, before the search and not after it. */
function checkFolder(file: string): void {
  const folder = dirname(resolve(file));
  if (existsSync(folder) && statSync(folder).isDirectory()) return;
  throw new OptionError('usage', `there is no folder ${folder}`, { place: '--svg', mend: 'Make it first.' });
}

function summary(found: FirstStepsSearch | RangeTest): string {
  const { suggestion, steps } = found;
  if (found.method === 'range-test') {
    const { minimum, tenthOfMinimum, diverged } = found;
    const end = diverged ? '' : ' · the loss never exploded: a larger --max may show more';
    return `suggested ${suggestion}, where the loss falls most steeply · lowest at ${minimum}, a tenth of that ${tenthOfMinimum}${end}`;
  }
  const { best, untrained, curve, atEdge } = found;
  const { loss } = curve.find(({ learningRate }) => learningRate === best)!;
  const edge = atEdge ? ' · the best rate is at the end of the grid: a better one may lie beyond' : '';
  const losses = `loss ${formatNumber(loss)} after ${steps} steps, ${formatNumber(untrained)} without training`;
  return `suggested ${suggestion} · best ${best}: ${losses}${edge}`;
}

/** The commands that train the same experiment at the rate that was found: as a constant, and as the start of its schedule. */
function commands(name: string, assignments: readonly string[], rate: number, { optimizer }: Experiment): string[] {
  const command = (path: string) => {
    const kept = assignments.filter((assignment) => !assignment.startsWith(`${path}=`));
    const parts = [name, ...[...kept, `${path}=${rate}`].flatMap((assignment) => ['--set', assignment])];
    return `npx dolina train ${parts.map(quoted).join(' ')}`;
  };
  const { learningRate } = optimizer;
  const constant = `train      ${command('optimizer.learningRate')}`;
  if (!isSchedule(learningRate)) return [constant];
  const { schedule } = learningRate;
  if (!('from' in learningRate)) return [`${constant} (in place of ${schedule})`];
  return [constant, `or         ${command('optimizer.learningRate.from')} (keeps ${schedule})`];
}

/** As a shell reads it. */
function quoted(part: string): string {
  return /^[\w./=,:@+-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`;
}

export const lrFindCommand: Command = {
  name: 'lr-find',
  operands: '<experiment>',
  summary: 'Finds a learning rate to start with: trains for a few steps at many rates, and draws what came of it.',
  options,
  remarks: [
    'first-steps   each rate of a grid, from the same first parameters on the same batches; the best, and slightly more',
    'range-test    one run in which the rate grows until the loss explodes; where the loss falls most steeply',
    '',
    'The last line on stdout is the rate. Exit codes: 0 done, 1 failure, 2 usage or configuration, 3 data,',
    '4 no rate makes the loss fall.',
  ].join('\n'),
  run,
};
