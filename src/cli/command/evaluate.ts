/** `dolina evaluate`: measures what a run has learned, on its test set or its validation set. */

import { DataError, OptionError } from '../../base/errors.ts';
import { checkOneOf } from '../../base/options.ts';
import type { Dataset } from '../../data/dataset.ts';
import { targetsOf } from '../../nn/loss/table.ts';
import type { ConfusionMatrix } from '../../train/confusion-matrix.ts';
import { readRunDirectory, type StoredRun } from '../../train/run-directory.node.ts';
import { findRun } from '../../train/runs/find-run.node.ts';
import { describeTask, type Task } from '../../train/task.ts';
import { type MeasuredOutput, measuredOutputs, outputNamed } from '../../train/task-outputs.ts';
import { createTrainedModel } from '../../train/trained-model.ts';
import type { Arguments } from '../arguments.ts';
import { exitCodes } from '../exit-code.ts';
import { openEngine } from '../open-engine.ts';
import { confusionTable } from '../present/confusion-table.ts';
import { keyValueLine } from '../present/key-value-line.ts';
import { linesReporter } from '../report/lines-reporter.ts';
import { prepareExperiment } from '../run-experiment.ts';
import { referenceRemarks, rootOf, runsOption } from '../runs/run-options.ts';
import { storedExperiment } from '../stored-experiment.ts';
import { errorMetricsOf, measuresText } from '../summary.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Command } from './command.ts';
import { oneOperand } from './one-operand.ts';

const setNames = ['test', 'validation', 'training'] as const;

const options = {
  'set-name': { value: 'name', help: `${setNames.join(', ')} (default: test)` },
  experiment: { value: 'file', help: 'the module of the experiment, where it lies elsewhere by now' },
  output: { value: 'name', help: 'of which output, where there are several (default: of all that say classes)' },
  confusion: { help: 'also how often each class is taken for each other' },
  ...runsOption,
  json: { help: 'measures as one JSON object, with all digits' },
} as const;

async function run(given: Arguments, around: Surroundings): Promise<number> {
  const mend = 'Name a run directory, the last line that "dolina train" printed; or "latest".';
  const reference = oneOperand('evaluate', 'a run', given, mend);
  const setName = checkOneOf('dolina evaluate', '--set-name', given.text('set-name') ?? 'test', setNames);
  const { path } = findRun(reference, { root: rootOf(given) });
  const stored = readRunDirectory(path);
  const { experiment } = await storedExperiment(stored, given.text('experiment'));
  const reporter = linesReporter(around.err);
  const { data, task } = await prepareExperiment(experiment, reporter, around);
  const dataset = setOf(data[setName], setName);
  const { parameters: declared, states } = describeTask(task, 1, { training: false });
  const parameters = parametersOf(stored, [...declared, ...states.filter(({ perExample }) => !perExample)], path);
  const { engine, compile } = await openEngine(experiment.engine, around.cacheFolder);
  try {
    const trained = createTrainedModel({ task, parameters, engine, compile });
    const measures = await trained.evaluate(dataset);
    const tagged = Object.fromEntries(Object.entries(measures).map(([name, value]) => [`${setName}/${name}`, value]));
    reporter.say(`${measuresText(setName, measures, errorMetricsOf(experiment))} on ${dataset.size} examples`);
    const confusions = new Map<string, ConfusionMatrix>();
    if (given.flag('confusion')) {
      for (const { name, prefix } of confusedOutputs(task, given.text('output'))) {
        confusions.set(`${setName}/${prefix}confusion`, await trained.confusionMatrix(dataset, { output: name }));
      }
    }
    if (given.flag('json')) {
      around.out(`${JSON.stringify({ ...tagged, ...Object.fromEntries(confusions) })}\n`);
    } else {
      around.out(`${keyValueLine(tagged)}\n`);
      for (const [tag, confusion] of confusions) {
        if (confusions.size > 1) around.out(`\n${tag}\n`);
        around.out(`${confusionTable(confusion)}\n`);
      }
    }
    return exitCodes.done;
  } finally {
    await engine.release();
  }
}

/** The output of that name; without one, every output that says classes. */
function confusedOutputs(task: Task, name: string | undefined): MeasuredOutput[] {
  if (name !== undefined) return [outputNamed('--output', task, name)];
  const all = measuredOutputs(task);
  const sayClasses = all.filter(({ loss }) => targetsOf(loss) === 'classes' || loss.loss.startsWith('binary'));
  return sayClasses.length === 0 ? all : sayClasses;
}

function setOf(dataset: Dataset | undefined, name: string): Dataset {
  if (dataset !== undefined) return dataset;
  throw new OptionError('usage', `the experiment of this run has no ${name} set`, {
    mend: `Give --set-name ${setNames.filter((other) => other !== name).join(' or ')}.`,
  });
}

/** The weights by name; refuses those of another model. */
function parametersOf(
  { parameters }: StoredRun,
  declared: readonly { readonly name: string; readonly count: number }[],
  path: string,
): Map<string, Float32Array> {
  return new Map(
    declared.map(({ name, count }) => {
      const values = parameters.get(name)?.values;
      if (values?.length === count) return [name, values];
      const found = values === undefined ? 'are missing' : `are ${values.length} numbers`;
      throw new DataError('data/parameters', `the weights of ${name} ${found}, and the model has ${count}`, {
        place: path,
        mend: 'Evaluate a run with the experiment that it was made from.',
      });
    }),
  );
}

export const evaluateCommand: Command = {
  name: 'evaluate',
  operands: '<run>',
  summary: 'Measures what a run has learned: its last weights, on its test set.',
  options,
  remarks: referenceRemarks,
  run,
};
