/** `dolina train`: trains what an experiment describes, and leaves a run directory. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { engineNames } from '../../train/experiment/engine.ts';
import type { Arguments } from '../arguments.ts';
import { dryRunText } from '../dry-run.ts';
import { exitCodes } from '../exit-code.ts';
import { builtIn } from '../experiments/table.ts';
import { loadDefined } from '../load-experiment.ts';
import { outFolder } from '../out-folder.ts';
import { chooseReporter, readProgress, resolveProgress } from '../report/choose-reporter.ts';
import { progressKinds } from '../report/reporter.ts';
import { prepareExperiment, runExperiment } from '../run-experiment.ts';
import { errorMetricOf } from '../summary.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Command } from './command.ts';
import { oneOperand } from './one-operand.ts';

const options = {
  set: {
    value: 'path=value',
    help: 'change a part of the experiment, such as optimizer.learningRate=3e-4; "dolina keys" lists them',
    repeatable: true,
  },
  seed: { value: 'n', help: 'everything random follows from it (default: that of the experiment)' },
  epochs: { value: 'n', help: 'passes over the training set' },
  out: { value: 'folder', help: 'where runs are kept (default: runs)' },
  engine: { value: 'name', help: engineNames.join(' or ') },
  threads: { value: 'n', help: 'threads inside an operator (default: measured)' },
  histograms: { help: 'histograms of parameters and gradients in the event file, at each evaluation' },
  progress: { value: 'kind', help: `${progressKinds.join(', ')}; json: every event as a line on stderr` },
  'dry-run': { help: 'show the resolved experiment, its layers and memory; train nothing' },
} as const;

/** Options that are shorthands of `--set`. */
const shorthands = { seed: 'seed', epochs: 'epochs', engine: 'engine.name', threads: 'engine.threads' } as const;

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const names = Object.keys(builtIn).join(', ');
  const name = oneOperand('train', 'an experiment', given, `Built in: ${names}; or a .ts, .js or .json file.`);
  const kind = readProgress('train', given.text('progress'));
  const { experiment, module } = await loadDefined(name, [...given.texts('set'), ...shorthandAssignments(given)]);
  const reporter = chooseReporter(kind, around, errorMetricOf(experiment));
  try {
    if (given.flag('dry-run')) {
      const { data, model } = await prepareExperiment(experiment, reporter, around);
      around.out(dryRunText(experiment, data, model));
      return exitCodes.done;
    }
    const drawCurves = around.terminal && resolveProgress(kind, around) === 'bar';
    const root = outFolder(given);
    const defined = module === undefined ? {} : { module };
    return await runExperiment({ experiment, root, reporter, drawCurves, ...defined }, around);
  } finally {
    reporter.close();
  }
}

function shorthandAssignments(given: Arguments): string[] {
  const histograms = given.flag('histograms') ? ['histograms=true'] : [];
  const others = Object.entries(shorthands).flatMap(([option, path]) => {
    const value = given.text(option);
    if (value === undefined) return [];
    if (option === 'engine') checkEngine(value);
    else given.number(option);
    return `${path}=${value}`;
  });
  return [...histograms, ...others];
}

function checkEngine(name: string): void {
  if ((engineNames as readonly string[]).includes(name)) return;
  throw new OptionError('option/choice', `there is no engine "${name}"`, {
    place: '--engine',
    mend: suggestion(name, engineNames),
  });
}

export const trainCommand: Command = {
  name: 'train',
  operands: '<experiment>',
  summary: 'Trains what an experiment describes: a built-in name, a .ts or .js module, or a .json file.',
  options,
  remarks: [
    'Built-in experiments:',
    ...Object.entries(builtIn).map(([name, { summary }]) => `  ${name.padEnd(24)}${summary}`),
    '',
    'The last line on stdout is the run directory. Exit codes: 0 done, 1 failure, 2 usage or configuration, 3 data,',
    '4 diverged (the run is kept), 130 and 143 stopped by a signal (the first one finishes the step and saves).',
  ].join('\n'),
  run,
};
