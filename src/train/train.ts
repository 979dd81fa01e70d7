/** `train`: what it takes and gives, the checks of its options, and the parts that the loop runs on. */

import { OptionError } from '../base/errors.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import { fold, type Key, key as rootKey } from '../base/random.ts';
import type { Augmentation } from '../data/augmentation/augmentation.ts';
import { createAugmenter } from '../data/augmentation/augmenter.ts';
import { readAugmentations } from '../data/augmentation/table.ts';
import { createBatches } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Sampler } from '../data/sampler.ts';
import type { Model } from '../nn/forward.ts';
import type { Loss } from '../nn/loss/loss.ts';
import { type LossPerOutput, readLosses } from '../nn/loss/per-output.ts';
import { type Metrics, type MetricsPerOutput, readMetrics } from '../nn/metric/per-output.ts';
import { type Averaging, readAveraging } from '../optim/averaging/averaging.ts';
import { type Clip, readClip } from '../optim/clip/clip.ts';
import { readOptimizer } from '../optim/read.ts';
import { hyperAt, type Optimizer } from '../rule/rule.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { checkClasses, checkSets } from './check-sets.ts';
import type { Checkpoint } from './checkpoint/checkpoint.ts';
import { type CheckpointPolicyOptions, readCheckpointPolicy } from './checkpoint/policy.ts';
import type { CheckpointStore } from './checkpoint/store.ts';
import { createEvaluator } from './evaluator.ts';
import type { LiveValues, Subscriber } from './event.ts';
import { type FreezeStatistics, readFreezeStatistics } from './freeze-statistics.ts';
import { type LoopCheckpoints, trainingLoop } from './loop.ts';
import { hyperTag } from './metrics-log.ts';
import { type ParameterGroup, readGroups } from './parameter-groups.ts';
import { type Penalty, readPenalties } from './penalty.ts';
import { createProgress, restoreProgress } from './progress.ts';
import { type Run, startRun } from './run.ts';
import type { RunControl } from './run-control.ts';
import { startParameters } from './start/first-parameters.ts';
import type { ParameterStart } from './start/start.ts';
import { statisticsSwitch } from './statistics-switch.ts';
import { createTrainingStep } from './step.ts';
import { type Monitor, settled } from './stopping/monitor.ts';
import { checkMonitor, checkMonitors, readStopping, restoring, type StoppingPolicy } from './stopping/stopping.ts';
import { type Clock, createStopwatch } from './stopwatch.ts';
import { createTallies } from './tally.ts';
import type { Task } from './task.ts';
import { metricsByMeasure } from './task-outputs.ts';
import { createTrainedModel } from './trained-model.ts';
import type { TrainingResult } from './training-result.ts';
import { warningsOf } from './warnings.ts';

export interface TrainOptions {
  /** A layer, most often `sequential(…)`, or a function of a scope and a tensor. */
  readonly model: Model;
  readonly training: Dataset;
  /** Measured after each epoch. */
  readonly validation?: Dataset;
  /** Random changes of the training images, drawn anew in every step: `[randomCrop(), randomFlip()]`. Default none. */
  readonly augmentation?: readonly Augmentation[];
  /**
   * One loss, or one for each output of a model with several, alone or with its weight in the sum (default 1):
   * `{ digit: softmaxCrossEntropy(), parity: { loss: binaryCrossEntropy(), weight: 0.3 } }`.
   */
  readonly loss: Loss | LossPerOutput;
  /**
   * Measures beside the loss, under the names that they are reported by: `{ error: zeroOne() }`; of several outputs,
   * `{ digit: { error: zeroOne() } }`, reported as `digit/error`.
   */
  readonly metrics?: Metrics | MetricsPerOutput;
  readonly optimizer: Optimizer;
  /** What is done to the gradient before the update: `byGlobalNorm(1)`. */
  readonly clip?: Clip;
  /** Parameters that are treated in a way of their own: `[withoutDecayOnVectors(), { match: 'conv1/*', trainable: false }]`. */
  readonly groups?: readonly ParameterGroup[];
  /** An average of the parameters over training, measured and returned in their place: `exponentialAverage()`. */
  readonly averaging?: Averaging;
  /**
   * A minibatch goes through the model in so many pieces, its gradient their mean: less memory. Pieces weigh by their number
   * of examples, also where the loss counts some less. Default 1.
   */
  readonly accumulation?: number;
  /** What is added to the loss for large parameters: `[{ match: '*weight', l1: 1e-5 }]`. The reported loss is without it. */
  readonly penalties?: readonly Penalty[];
  /** When batch normalization goes by statistics that stay: `{ from: epochs(12), by: 'exact' }`. Default never. */
  readonly freezeStatistics?: FreezeStatistics;
  /** Examples in a minibatch, or `'all'` for the whole set. Default 128 (or the whole set where it is smaller). */
  readonly batchSize?: number | 'all';
  /** Passes over the training set. Default 10. */
  readonly epochs?: number;
  /** Stop after so many steps, whatever `epochs` says. */
  readonly steps?: number;
  /** Default `shuffled()`: a fresh permutation every epoch. */
  readonly sampler?: Sampler;
  /** Leave out an epoch's last, smaller batch. Default false. */
  readonly dropLast?: boolean;
  /** Everything random follows from it. Default 0. */
  readonly seed?: number;
  readonly engine: Engine;
  /** Threads inside an operator, and formulations that are fixed instead of measured. */
  readonly compile?: CompileOptions;
  /** When to end before the last step: `[earlyStopping({ patience: 3 }), timeBudget({ minutes: 30 })]`. Default never. */
  readonly stopping?: StoppingPolicy | readonly StoppingPolicy[];
  /** When the run is saved, and where: `{ every: epochs(1), store: checkpointFolder('checkpoints') }`. Default never. */
  readonly checkpoints?: CheckpointPolicyOptions & { readonly store: CheckpointStore };
  /** Goes on from a checkpoint of a run with the same options, as if it had never been interrupted. */
  readonly resume?: Checkpoint;
  /** Milliseconds on a steady clock, which times are told by. Default `performance.now`. */
  readonly clock?: Clock;
  /** First values of parameters by name, instead of the initializers' draws. */
  readonly parameters?: ReadonlyMap<string, Float32Array>;
  /** How the draws are fitted to the training set, one after another: `[lsuv(), labelStatistics()]`. */
  readonly start?: ParameterStart | readonly ParameterStart[];
  readonly on?: Subscriber | readonly Subscriber[];
  /** When it aborts, the step that runs is finished and the run ends as `stopped`. */
  readonly signal?: AbortSignal;
}

const optionNames = [
  ...['model', 'training', 'validation', 'augmentation', 'loss', 'metrics', 'optimizer', 'clip', 'groups', 'averaging'],
  ...['accumulation', 'penalties', 'freezeStatistics', 'batchSize', 'epochs', 'steps'],
  ...['sampler', 'dropLast', 'seed', 'engine', 'compile', 'parameters', 'start', 'on', 'signal'],
  ...['stopping', 'checkpoints', 'resume', 'clock'],
];
const place = 'train';
const defaultBatchSize = 128;

/** What of the options of `train` says what is to be minimised. */
export type TaskOptions = Pick<TrainOptions, 'model' | 'training' | 'loss' | 'metrics' | 'penalties' | 'sampler'>;

/** The task that some options describe, with every description checked. */
export function taskOf(options: TaskOptions): Task {
  const { training, model } = options;
  const loss = readLosses(options.loss);
  const metrics = readMetrics(options.metrics ?? {}, loss);
  const { input, target, targets, normalization } = training;
  const penalties = options.penalties === undefined ? {} : { penalties: readPenalties(options.penalties) };
  const weighted = training.weights === undefined ? {} : { weighted: true };
  const several = targets === undefined ? {} : { targets };
  const following = options.sampler?.kind === 'continuous' ? { continuous: true } : {};
  return { model, input, target, ...several, normalization, loss, metrics, ...penalties, ...weighted, ...following };
}

/**
 * Trains a model: minimises the mean loss over the training set by minibatch steps.
 *
 * @example
 * const { training, test } = await fashionMnist();
 * const run = await train({
 *   model: sequential(flatten(), dense(512), relu(), dense(10)), training, validation: test,
 *   loss: softmaxCrossEntropy(), metrics: { error: zeroOne() },
 *   optimizer: adam({ learningRate: 1e-3 }), batchSize: 128, epochs: 10, engine: cpuEngine(),
 * });
 * run.measures['validation/error'];
 *
 * Repeatable to the bit for the same seed, engine, threads and formulations. Where the loss or the gradient leaves the
 * finite numbers it stops before the update, with status `diverged` and the step and tensor in `reason`. Rejects with
 * OptionError or ShapeError for what does not fit, before the first step. What it gives at once is the run: its events,
 * `pause`, `resume` and `stop`.
 */
export function train(options: TrainOptions): Run {
  return startRun(options, (control, tell) => takeSteps(options, control, tell));
}

/** The loop: what `train` gives a handle of. */
export async function takeSteps(options: TrainOptions, control: RunControl, tell: Subscriber): Promise<TrainingResult> {
  checkOptionNames(place, options, optionNames);
  const { training, validation, engine } = options;
  if (engine === undefined) {
    throw new OptionError('option/missing', 'engine is missing', { place, mend: 'Give cpuEngine() or wasmEngine().' });
  }
  const epochs = checkNumber(place, 'epochs', options.epochs ?? 10, { min: 0 });
  const seed = checkNumber(place, 'seed', options.seed ?? 0, { integer: true, min: 0 });
  const task = taskOf(options);
  const optimizer = readOptimizer(options.optimizer);
  checkSets(task, training, validation);
  const key = rootKey(seed);
  const batches = createBatches({
    size: training.size,
    batchSize: options.batchSize ?? Math.min(defaultBatchSize, training.size),
    ...(options.sampler === undefined ? {} : { sampler: options.sampler }),
    ...(options.dropLast === undefined ? {} : { dropLast: options.dropLast }),
    key: fold(key, 'batches'),
  });
  const augment =
    options.augmentation === undefined
      ? undefined
      : createAugmenter(readAugmentations(options.augmentation), training, fold(key, 'augmentation'));
  const limit = options.steps === undefined ? Number.POSITIVE_INFINITY : options.steps;
  if (options.steps !== undefined) checkNumber(place, 'steps', limit, { integer: true, min: 0 });
  const steps = Math.min(limit, Math.round(epochs * batches.stepsPerEpoch));

  const compile = options.compile ?? {};
  const stopping = readStopping(options.stopping ?? []).map((policy) =>
    'monitor' in policy ? settled(policy, metricsByMeasure(task)) : policy,
  );
  const measured = measuresOf(task, optimizer, validation !== undefined);
  checkMonitors(stopping, measured);
  const checkpoints = checkpointsOf(options, stopping, task, measured);
  const first = options.resume === undefined ? await firstOf(options, task, key) : undefined;
  const minibatch = createTrainingStep({
    task,
    optimizer,
    ...(options.clip === undefined ? {} : { clip: readClip(options.clip) }),
    ...(options.groups === undefined ? {} : { groups: readGroups(options.groups) }),
    ...(options.averaging === undefined ? {} : { averaging: readAveraging(options.averaging) }),
    ...(options.accumulation === undefined ? {} : { accumulation: options.accumulation }),
    batchSize: batches.batchSize,
    engine,
    compile,
    key,
    ...(first === undefined ? {} : { parameters: first }),
  });
  const { description, parameters, evaluated } = minibatch;
  checkClasses(training, description.outputs, task);
  const { threads } = await minibatch.prepare(batches.batchLength(0));
  // An epoch's last, smaller batch is a program of its own, with formulations of its own, and so is the evaluation.
  await minibatch.prepare(batches.batchLength(batches.stepsPerEpoch - 1));
  const onThreads = { ...compile, threads };
  const evaluate = createEvaluator({
    task,
    parameters: evaluated,
    states: minibatch.states,
    engine,
    compile: onThreads,
  });
  const ofEvaluation = validation === undefined ? [] : await evaluate.prepare(validation);

  const progress = createProgress(task);
  if (options.resume !== undefined) restoreProgress(progress, minibatch, options.resume, steps);

  const live: LiveValues = {
    parameters,
    get gradients() {
      return minibatch.gradients;
    },
  };
  const emit: Subscriber = (event) => tell(event, live);
  emit({
    type: 'start',
    thread: 'caller',
    engine: engine.version,
    threads,
    formulations: Object.fromEntries([...ofEvaluation, ...minibatch.formulations]),
    parameters: description.parameterCount,
    trainingExamples: training.size,
    validationExamples: validation?.size ?? 0,
    batchSize: batches.batchSize,
    stepsPerEpoch: batches.stepsPerEpoch,
    steps,
    epochs,
    ...(options.resume === undefined ? {} : { resumedAt: progress.position.step }),
  });
  const warned = { task, training, parameters, optimizer, batchSize: batches.batchSize, engine, key };
  if (options.resume === undefined) for (const warning of await warningsOf(warned)) emit(warning);

  const freeze = options.freezeStatistics === undefined ? undefined : readFreezeStatistics(options.freezeStatistics);
  const statistics = statisticsSwitch({ freeze, progress, minibatch, task, training, engine, threads });
  const watch = createStopwatch(options.clock ?? (() => performance.now()), options.resume?.state.seconds);
  const { status, reason } = await trainingLoop({
    ...{ minibatch, batches, training, validation, augment, evaluate, statistics, progress },
    ...{ steps, epochs, stopping, checkpoints, watch, emit, control },
  });

  minibatch.settle();
  const { step, epoch, examples } = progress.position;
  const { history, best } = progress;
  const why = reason === undefined ? {} : { reason };
  const seconds = watch.seconds();
  emit({ type: 'end', status, ...why, step, epoch, examples, time: seconds });
  const kept =
    best === undefined
      ? new Map([...evaluated, ...minibatch.states])
      : new Map([...best.tensors].map(([name, { values }]) => [name, values]));
  return {
    status,
    ...why,
    model: createTrainedModel({ task, parameters: kept, engine, compile }),
    ...{ step, epoch, seconds, history },
    ...(best === undefined ? {} : { best: best.evaluation }),
    measures: history.at(-1)?.measures ?? {},
  };
}

/** Tags of all that an evaluation of this run measures. */
function measuresOf(task: Task, optimizer: Optimizer, validated: boolean): string[] {
  const names = [...createTallies(task).keys()];
  const hyper = Object.keys(hyperAt(optimizer, { step: 0, epoch: 0, examples: 0, fraction: 0 }));
  return [
    ...names.map((name) => `train/${name}`),
    ...(validated ? names.map((name) => `validation/${name}`) : []),
    ...hyper.map(hyperTag),
    ...['gradient/norm', 'time/examples-per-second'],
  ];
}

const bestByDefault = ['validation/error', 'validation/loss', 'train/loss'];

/** The checkpoints of a run, with what the best one is chosen by. */
function checkpointsOf(
  { checkpoints }: TrainOptions,
  stopping: readonly StoppingPolicy[],
  task: Task,
  measured: readonly string[],
): LoopCheckpoints | undefined {
  if (checkpoints === undefined) return undefined;
  const { store, ...rest } = checkpoints;
  if (typeof store?.save !== 'function') {
    throw new OptionError('option/missing', 'checkpoints has no store', {
      place,
      mend: "Give one: { every: epochs(1), store: checkpointFolder('checkpoints') }.",
    });
  }
  const policy = readCheckpointPolicy(rest);
  const { keepBest } = policy;
  if (keepBest === false) return { policy, store, best: undefined };
  const byDefault = (): Monitor =>
    restoring(stopping) ?? { monitor: bestByDefault.find((tag) => measured.includes(tag))!, mode: 'auto' };
  const best = settled(keepBest === true ? byDefault() : keepBest, metricsByMeasure(task));
  checkMonitor('checkpoints: keepBest', best.monitor, measured);
  return { policy, store, best };
}

/** First parameters that are given, or made from the data. */
async function firstOf({ parameters, start, training, engine }: TrainOptions, task: Task, key: Key) {
  if (start === undefined) return parameters;
  if (parameters !== undefined) {
    throw new OptionError('option/form', 'both parameters and start are given', {
      place,
      mend: 'Give one of them; firstParameters makes parameters from a start.',
    });
  }
  return startParameters({ task, training, starts: [start].flat(), engine, key });
}
