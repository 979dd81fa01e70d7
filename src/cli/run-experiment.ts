/** One training from its description to its run directory; what `dolina train` does once its arguments are read. */

import { DivergenceError } from '../base/errors.ts';
import { key } from '../base/random.ts';
import { createBatches } from '../data/batches.ts';
import { svg } from '../plot/svg.ts';
import { terminal } from '../plot/terminal.ts';
import type { StoredCheckpoint } from '../train/checkpoint/folder.node.ts';
import { readCheckpointPolicy } from '../train/checkpoint/policy.ts';
import { type Experiment, trainingOf } from '../train/experiment.ts';
import type { MetricsRow } from '../train/metrics-log.ts';
import { describeTask, traceEvaluation } from '../train/task.ts';
import { taskOf, train } from '../train/train.ts';
import type { TrainingResult } from '../train/training-result.ts';
import { createCurves } from './curves.ts';
import { sourceText, tellSources } from './describe-sources.ts';
import { exitCodeOf, exitCodes } from './exit-code.ts';
import { type LoadedData, loadData } from './load-data.ts';
import { openEngine } from './open-engine.ts';
import { formatNumber } from './present/number-format.ts';
import type { Reporter } from './report/reporter.ts';
import { createRunRecorder, type RunRecorder } from './run-recorder.ts';
import { type StopSignals, stopSignals } from './stop-signals.ts';
import { errorMetricsOf, measuresText, summaryText } from './summary.ts';
import type { Surroundings } from './surroundings.ts';
import { versions } from './versions.ts';

/** The run that goes on, where from, and what it logged up to there. */
export interface ResumedRun {
  readonly path: string;
  readonly from: StoredCheckpoint;
  readonly rows: readonly MetricsRow[];
}

export interface RunOptions {
  readonly experiment: Experiment;
  /** Folder of all runs. */
  readonly root: string;
  readonly reporter: Reporter;
  /** Whether the curves are drawn in the terminal at the end. */
  readonly drawCurves: boolean;
  /** The module that defines the experiment, where one does: a resumed run asks it again for what JSON cannot hold. */
  readonly module?: string;
  readonly resumed?: ResumedRun;
}

/** Trains, saves and reports; gives the exit code. Throws what the experiment or its data do wrong. */
export async function runExperiment(options: RunOptions, around: Surroundings): Promise<number> {
  const { experiment, reporter, resumed, module } = options;
  const checkpoints = experiment.checkpoints ?? readCheckpointPolicy({});
  const data = await loadExperimentData(experiment, reporter, around);
  const { engine, compile } = await openEngine(experiment.engine, around.cacheFolder);
  const signals = stopSignals(process, () => {
    reporter.say('stopping after this step; once more to leave at once');
  });
  const recorder = createRunRecorder({
    experiment,
    root: options.root,
    versions: versions(engine),
    data: data.source,
    keepLast: checkpoints.keepLast,
    ...(module === undefined ? {} : { module }),
    ...(resumed === undefined ? {} : { resumed: { path: resumed.path, from: resumed.from } }),
  });
  const curves = createCurves();
  for (const row of resumed?.rows ?? []) curves.add(row);
  try {
    reporter.waiting('compiling');
    const { training, validation } = data;
    const result = await train({
      ...trainingOf(experiment),
      training,
      ...(validation === undefined ? {} : { validation }),
      engine,
      compile,
      signal: signals.signal,
      checkpoints: { ...checkpoints, store: recorder.store },
      ...(resumed === undefined ? {} : { resume: resumed.from }),
      on: (event, values) => {
        if (event.type === 'start') {
          signals.saving();
          reporter.close();
          reporter.say(startText(experiment.name, event));
        }
        recorder.on(event, values);
        curves.on(event);
        reporter.on(event);
      },
    });
    return await finish(result, { ...options, data, recorder, curves, signals, around });
  } catch (error) {
    reporter.close();
    noteFailure(recorder, error);
    throw error;
  } finally {
    const path = recorder.directory()?.path;
    recorder.close();
    signals.dispose();
    await engine.release();
    if (path !== undefined) around.out(`${path}\n`);
  }
}

async function loadExperimentData(experiment: Experiment, reporter: Reporter, around: Surroundings) {
  reporter.waiting('reading the data');
  const data = await loadData(experiment, { cacheFolder: around.cacheFolder, onEvent: tellSources(reporter) });
  reporter.close();
  reporter.say(sourceText(data));
  return data;
}

interface Finish extends RunOptions {
  readonly data: LoadedData;
  readonly recorder: RunRecorder;
  readonly curves: ReturnType<typeof createCurves>;
  readonly signals: StopSignals;
  readonly around: Surroundings;
}

async function finish(result: TrainingResult, finish: Finish): Promise<number> {
  const { experiment, data, recorder, curves, signals, reporter, around } = finish;
  const directory = recorder.directory();
  if (directory === undefined) return exitCodes.failure;
  const stopped = signals.exitCode() ?? exitCodes.interrupted;
  const code = { done: exitCodes.done, diverged: exitCodes.diverged, stopped }[result.status];
  recorder.save(result.model, code);
  directory.write('curves.svg', svg(curves.whole(experiment.name)));

  const { test } = data;
  let tested: { readonly text: string; readonly examples: number } | undefined;
  if (result.status === 'done' && test !== undefined) {
    reporter.waiting('measuring on the test set');
    const measures = await result.model.evaluate(test);
    recorder.measured(Object.fromEntries(Object.entries(measures).map(([name, value]) => [`test/${name}`, value])));
    tested = { text: measuresText('test', measures, errorMetricsOf(experiment)), examples: test.size };
  }
  reporter.close();
  if (finish.drawCurves && result.step > 0) {
    const width = Math.min(100, around.width());
    reporter.say(`\n${terminal(curves.brief(experiment.name), { width, colour: around.colour })}\n`);
  }
  const path = directory.path;
  reporter.say(summaryText({ path, seconds: result.seconds, ...(tested === undefined ? {} : { tested }) }));
  if (result.status === 'diverged')
    around.err(`error: ${new DivergenceError('diverged', result.reason ?? 'diverged').message}\n`);
  if (result.status === 'stopped') {
    reporter.say(`${result.reason} after step ${result.step}; "dolina resume ${path}" goes on from there`);
  }
  if (result.status === 'done' && result.reason !== undefined) reporter.say(`ended early: ${result.reason}`);
  if (result.best !== undefined) reporter.say(`the model has the parameters of step ${result.best.step}, its best`);
  return code;
}

function noteFailure(recorder: RunRecorder, error: unknown): void {
  try {
    recorder.fail(error instanceof Error ? error.message : String(error), exitCodeOf(error));
  } catch {
    // Where even that cannot be written (a full disk, say), the first error is the one to tell.
  }
}

interface Start {
  readonly parameters: number;
  readonly trainingExamples: number;
  readonly validationExamples: number;
  readonly batchSize: number;
  readonly steps: number;
  readonly epochs: number;
  readonly engine: string;
  readonly threads: number;
  readonly resumedAt?: number;
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;

function startText(name: string, start: Start): string {
  const { parameters, trainingExamples, validationExamples, batchSize, steps, epochs, engine, threads } = start;
  const from = start.resumedAt === undefined ? '' : `, from step ${start.resumedAt} on`;
  const validation = validationExamples === 0 ? '' : `, ${validationExamples} for validation`;
  const on = `${engine} on ${count(threads, 'thread')}`;
  return [
    `${name}: ${formatNumber(parameters)} parameters, ${trainingExamples} training examples${validation}`,
    `${count(epochs, 'epoch')} in batches of ${batchSize}: ${count(steps, 'step')}${from}, with ${on}`,
  ].join('\n');
}

/** Reads the data and describes the model, as a training would; throws what does not fit. */
export async function prepareExperiment(experiment: Experiment, reporter: Reporter, around: Surroundings) {
  const data = await loadExperimentData(experiment, reporter, around);
  const { training } = data;
  const { model, loss, metrics, dropLast, sampler, seed } = experiment;
  const { batchSize } = createBatches({
    size: training.size,
    batchSize: experiment.batchSize ?? Math.min(128, training.size),
    ...{ dropLast, sampler, key: key(seed) },
  });
  const task = taskOf({ model, training, loss, metrics, sampler });
  const description = describeTask(task, batchSize);
  traceEvaluation(task, batchSize);
  return { data, task, model: description };
}
