/** `dolina race`: compares optimizers on an experiment, fairly, and leaves a directory with figures. */

import { checkOneOf } from '../../base/options.ts';
import { optimizers } from '../../optim/optimizers.ts';
import { engineNames } from '../../train/experiment/engine.ts';
import { budgetNames, type TuningOptions } from '../../train/race/budget.ts';
import { bandKinds } from '../../train/race/mean-curve.ts';
import type { Arguments } from '../arguments.ts';
import { loadDefined } from '../load-experiment.ts';
import { outFolder } from '../out-folder.ts';
import { scales } from '../race/race-figure.ts';
import { readLaneTexts } from '../race/read-lanes.ts';
import { runRace } from '../race/run-race.ts';
import { chooseReporter, resolveProgress } from '../report/choose-reporter.ts';
import { progressKinds } from '../report/reporter.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Command } from './command.ts';
import { oneOperand } from './one-operand.ts';

/** Plain descent, momentum in two forms, and two that adapt: what a first comparison wants to know. */
const usualLanes = 'sgd,momentum,nesterov,rmsprop,adam';
const schedules = ['constant', 'experiment'] as const;

const options = {
  optimizers: { value: 'lanes', help: `names, with settings after colons (default: ${usualLanes})` },
  seeds: { value: 'n', help: 'seeds that every optimizer is run with, at least 3 (default: 3)' },
  seed: { value: 'n', help: 'the first of them (default: that of the experiment)' },
  epochs: { value: 'n', help: 'passes over the training set in each run (default: those of the experiment)' },
  budget: { value: 'size', help: `what is spent on tuning: ${budgetNames.join(', ')} (default: medium)` },
  'tuning-epochs': { value: 'n', help: 'length of each tuning run (default: by the budget)' },
  points: { value: 'n', help: 'learning rates in the first grid of each optimizer (default: by the budget)' },
  'points-per-decade': { value: 'n', help: 'rates to a factor of ten (default: by the budget)' },
  'most-points': { value: 'n', help: 'rates at most, where a grid is widened (default: by the budget)' },
  'no-tune': { help: 'race every optimizer at its own default rate, and mark it as not tuned' },
  schedule: { value: 'kind', help: `${schedules.join(' or ')}: whether all rates follow the experiment's schedule` },
  measure: { value: 'name', help: 'what decides: a metric or loss (default: the first metric)' },
  target: { value: 'value', help: 'the value to which times are taken (default: one that every run reached)' },
  scale: { value: 'kind', help: `vertical axes of the figures: ${scales.join(', ')} (default: auto)` },
  band: { value: 'kind', help: `what the figures shade: ${bandKinds.join(' or ')} (default: range)` },
  set: { value: 'path=value', help: 'change a part of the experiment, such as batchSize=64', repeatable: true },
  out: { value: 'folder', help: 'where runs are kept (default: runs)' },
  engine: { value: 'name', help: engineNames.join(' or ') },
  threads: { value: 'n', help: 'threads inside an operator (default: measured)' },
  progress: { value: 'kind', help: `${progressKinds.join(', ')}; json: every event as a line on stderr` },
} as const;

/** Options that are shorthands of `--set`. */
const shorthands = { seed: 'seed', epochs: 'epochs', engine: 'engine.name', threads: 'engine.threads' } as const;

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const name = oneOperand('race', 'an experiment', given, 'Name what "dolina train" would train.');
  const choice = <T extends string>(option: string, known: readonly T[], otherwise: T): T =>
    checkOneOf('dolina race', `--${option}`, given.text(option) ?? otherwise, known);
  const kind = choice('progress', progressKinds, 'auto');
  const [scale, band] = [choice('scale', scales, 'auto'), choice('band', bandKinds, 'range')];
  const scheduled = choice('schedule', schedules, 'constant') === 'experiment';
  const lanes = readLaneTexts(given.text('optimizers') ?? usualLanes);
  const tuning = given.flag('no-tune') ? false : tuningOf(given);
  const [seeds, target, measure] = [given.number('seeds'), given.number('target'), given.text('measure')];
  const assignments = [...given.texts('set'), ...shorthandAssignments(given)];
  const { experiment, definitions } = await loadDefined(name, assignments);
  const reporter = chooseReporter(kind, around);
  try {
    return await runRace(
      {
        ...{ experiment, definitions, scheduled, scale, band, reporter, kind: resolveProgress(kind, around) },
        race: {
          ...{ lanes, tuning },
          ...(seeds === undefined ? {} : { seeds }),
          ...(target === undefined ? {} : { target }),
          ...(measure === undefined ? {} : { measure }),
        },
        root: outFolder(given),
      },
      around,
    );
  } finally {
    reporter.close();
  }
}

function tuningOf(given: Arguments): TuningOptions {
  const budget = given.text('budget');
  const numbers = {
    epochs: given.number('tuning-epochs'),
    points: given.number('points'),
    pointsPerDecade: given.number('points-per-decade'),
    mostPoints: given.number('most-points'),
  };
  return {
    ...(budget === undefined ? {} : { budget: checkOneOf('dolina race', '--budget', budget, budgetNames) }),
    ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)),
  };
}

function shorthandAssignments(given: Arguments): string[] {
  return Object.entries(shorthands).flatMap(([option, path]) => {
    const value = given.text(option);
    if (value === undefined) return [];
    if (option === 'engine') checkOneOf('dolina race', '--engine', value, engineNames);
    else given.number(option);
    return `${path}=${value}`;
  });
}

export const raceCommand: Command = {
  name: 'race',
  operands: '<experiment>',
  summary: 'Compares optimizers fairly: equal starts and batches, tuned rates, several seeds; figures and a ranking.',
  options,
  remarks: [
    'Optimizers:',
    `  ${optimizers.map(({ definition }) => definition.name).join(', ')}`,
    '  with settings: sgd,momentum:momentum=0.99,adam:beta2=0.95; a lane with a learningRate keeps it and is not tuned.',
    '',
    'Each rate is searched on a logarithmic grid, under a seed that is not raced; a best rate at the edge of its grid',
    'widens it. Ranks go by the measure on the validation set, never the test set; ranks are shared where spreads overlap.',
    '',
    'The last line on stdout is the directory of the race. Exit codes: 0 done, 1 failure, 2 usage or configuration,',
    '3 data, 4 every run diverged, 130 and 143 stopped by a signal (the first one finishes the step and saves).',
  ].join('\n'),
  run,
};
