/** The training loop. It decides nothing and draws nothing: it takes steps, asks for measures, and tells subscribers. */

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
import { readLoss } from '../nn/loss/table.ts';
import type { Metric } from '../nn/metric/metric.ts';
import { readMetric } from '../nn/metric/table.ts';
import type { Statistics } from '../nn/state.ts';
import { type Averaging, readAveraging } from '../optim/averaging/averaging.ts';
import { type Clip, readClip } from '../optim/clip/clip.ts';
import { readOptimizer } from '../optim/read.ts';
import type { Optimizer } from '../rule/rule.ts';
import type { Position } from '../rule/schedule.ts';
import type { CompileOptions, Engine } from '../runtime/engine.ts';
import { checkClasses, checkSets } from './check-sets.ts';
import { createEpochMeans } from './epoch-means.ts';
import { createEvaluator } from './evaluator.ts';
import type { EvaluationEvent, LiveValues, Status, StepEvent, Subscriber, TrainingEvent } from './event.ts';
import { areFrozen, type FreezeStatistics, readFreezeStatistics } from './freeze-statistics.ts';
import { hyperTag } from './metrics-log.ts';
import { type ParameterGroup, readGroups } from './parameter-groups.ts';
import { type Penalty, readPenalties } from './penalty.ts';
import { populationStatistics } from './population-statistics.ts';
import { stage } from './staging.ts';
import { startParameters } from './start/first-parameters.ts';
import type { ParameterStart } from './start/start.ts';
import { createTrainingStep } from './step.ts';
import type { Task } from './task.ts';
import { createTrainedModel, type TrainedModel } from './trained-model.ts';
import { warningsOf } from './warnings.ts';

export interface TrainOptions {
  /** A layer, most often `sequential(…)`, or a function of a scope and a tensor. */
  readonly model: Model;
  readonly training: Dataset;
  /** Measured after each epoch. */
  readonly validation?: Dataset;
  /** Random changes of the training images, drawn anew in every step: `[randomCrop(), randomFlip()]`. Default none. */
  readonly augmentation?: readonly Augmentation[];
  readonly loss: Loss;
  /** Measures beside the loss, under the names that they are reported by: `{ error: zeroOne() }`. */
  readonly metrics?: Readonly<Record<string, Metric>>;
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
  /** First values of parameters by name, instead of the initializers' draws. */
  readonly parameters?: ReadonlyMap<string, Float32Array>;
  /** How the draws are fitted to the training set, one after another: `[lsuv(), labelStatistics()]`. */
  readonly start?: ParameterStart | readonly ParameterStart[];
  readonly on?: Subscriber | readonly Subscriber[];
  /** When it aborts, the step that runs is finished and the run ends as `stopped`. */
  readonly signal?: AbortSignal;
}

/** How a run ended, and the model that it left. */
export interface TrainingResult {
  readonly status: Status;
  /** Why, where the run did not simply finish. */
  readonly reason?: string;
  readonly model: TrainedModel;
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
  /** The evaluations, one for each epoch. */
  readonly history: readonly EvaluationEvent[];
  /** Measures of the last evaluation, by tag: `train/loss`, `validation/error`, … */
  readonly measures: Readonly<Record<string, number>>;
}

const optionNames = [
  ...['model', 'training', 'validation', 'augmentation', 'loss', 'metrics', 'optimizer', 'clip', 'groups', 'averaging'],
  ...['accumulation', 'penalties', 'freezeStatistics', 'batchSize', 'epochs', 'steps'],
  ...['sampler', 'dropLast', 'seed', 'engine', 'compile', 'parameters', 'start', 'on', 'signal'],
];
const place = 'train';
const defaultBatchSize = 128;
/** The loop hands the thread back this often, so that signals and timers are heard. */
const breathEveryMs = 100;

/** The task that some options describe, with every description checked. */
export function taskOf(options: Pick<TrainOptions, 'model' | 'training' | 'loss' | 'metrics' | 'penalties'>): Task {
  const { training, model } = options;
  const metrics = Object.entries(options.metrics ?? {}).map(([name, metric]) => [name, readMetric(metric)] as const);
  const { input, target, normalization } = training;
  const penalties = options.penalties === undefined ? {} : { penalties: readPenalties(options.penalties) };
  const weighted = training.weights === undefined ? {} : { weighted: true };
  const measured = { loss: readLoss(options.loss), metrics: Object.fromEntries(metrics), ...penalties, ...weighted };
  return { model, input, target, normalization, ...measured };
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
 * finite numbers it stops before the update, with status `diverged` and the step and tensor in `reason`. Throws
 * OptionError and ShapeError for what does not fit, before the first step.
 */
export async function train(options: TrainOptions): Promise<TrainingResult> {
  checkOptionNames(place, options, optionNames);
  const { training, validation, engine, signal } = options;
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
  const first = await firstOf(options, task, key);
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
  const { description, parameters, evaluated, staging } = minibatch;
  checkClasses(training, description.output.shape, task);
  const evaluate = createEvaluator({ task, parameters: evaluated, states: minibatch.states, engine, compile });
  const program = await minibatch.prepare(batches.batchLength(0));
  // An epoch's last, smaller batch is a program of its own, with formulations of its own.
  const last = await minibatch.prepare(batches.batchLength(batches.stepsPerEpoch - 1));

  const freeze = options.freezeStatistics === undefined ? undefined : readFreezeStatistics(options.freezeStatistics);
  let statistics: Statistics = 'batch';
  /** What normalization goes by in the step that follows; at the point of freezing, the population is measured. */
  const statisticsAt = async (where: Position): Promise<Statistics> => {
    if (freeze === undefined || statistics === 'frozen' || !areFrozen(freeze, where)) return statistics;
    statistics = 'frozen';
    const { by = 'running' } = freeze;
    if (by === 'running') return statistics;
    minibatch.settle();
    const values = new Map([...evaluated, ...minibatch.states]);
    const found = await populationStatistics({ task, training, parameters: values, method: by, engine, compile });
    for (const [name, array] of found) minibatch.states.get(name)!.set(array);
    return statistics;
  };

  const subscribers = options.on === undefined ? [] : [options.on].flat();
  const live: LiveValues = {
    parameters,
    get gradients() {
      return minibatch.gradients;
    },
  };
  const emit = (event: TrainingEvent) => {
    for (const subscriber of subscribers) subscriber(event, live);
  };
  emit({
    type: 'start',
    engine: engine.version,
    threads: program.threads,
    formulations: Object.fromEntries([...last.formulations, ...program.formulations]),
    parameters: description.parameterCount,
    trainingExamples: training.size,
    validationExamples: validation?.size ?? 0,
    batchSize: batches.batchSize,
    stepsPerEpoch: batches.stepsPerEpoch,
    steps,
    epochs,
  });
  const warned = { task, training, parameters, optimizer, batchSize: batches.batchSize, engine, key };
  for (const warning of await warningsOf(warned)) emit(warning);

  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const history: EvaluationEvent[] = [];
  const position = { step: 0, epoch: 0, examples: 0, fraction: 0, evaluations: history };
  const before = { ...position };
  const event: Mutable<StepEvent> = {
    ...{ type: 'step', steps, epochs, step: 0, epoch: 0, examples: 0, time: 0 },
    ...{ loss: 0, measures: {}, hyper: {}, gradientNorm: 0, clipped: 1 },
  };
  const means = createEpochMeans(task);
  let epochStarted = started;
  let lastBreath = started;
  let status: Status = 'done';
  let reason: string | undefined;

  for (let next = batches.positionOf(0); position.step < steps; next = batches.next(next)) {
    if (signal?.aborted) {
      status = 'stopped';
      reason = typeof signal.reason === 'string' ? signal.reason : 'stopped by its caller';
      break;
    }
    const indices = batches.indices(next);
    stage(staging, training, indices);
    augment?.(staging.input, indices.length, position.step);
    const outcome = await minibatch.run(indices.length, position, await statisticsAt(position));
    if (!outcome.finite) {
      status = 'diverged';
      reason = divergence(position.step + 1, outcome.loss, minibatch.firstNonFinite());
      break;
    }
    Object.assign(before, position);
    position.step++;
    position.examples += indices.length;
    position.epoch = position.step / batches.stepsPerEpoch;
    position.fraction = position.step / steps;
    minibatch.average(before, position);
    if (position.step === steps) await statisticsAt(position);
    const now = performance.now();
    event.step = position.step;
    event.epoch = position.epoch;
    event.examples = position.examples;
    event.time = (now - started) / 1000;
    event.loss = outcome.loss;
    event.measures = outcome.measures;
    event.hyper = outcome.hyper;
    event.gradientNorm = outcome.gradientNorm;
    event.clipped = outcome.clipped;
    emit(event);
    means.add(outcome, indices.length);

    if (position.step % batches.stepsPerEpoch === 0 || position.step === steps) {
      const speed = (1000 * means.examples()) / (now - epochStarted);
      const measures = means.take();
      for (const [name, value] of Object.entries(outcome.hyper)) measures[hyperTag(name)] = value;
      measures['time/examples-per-second'] = speed;
      minibatch.settle();
      if (validation !== undefined) {
        for (const [name, value] of Object.entries(await evaluate(validation))) measures[`validation/${name}`] = value;
      }
      const { step, epoch, examples } = position;
      const evaluation: EvaluationEvent = { type: 'evaluation', step, epoch, examples, time: seconds(), measures };
      history.push(evaluation);
      emit(evaluation);
      epochStarted = performance.now();
    }
    if (now - lastBreath > breathEveryMs) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      lastBreath = performance.now();
    }
  }

  minibatch.settle();
  const { step, epoch, examples } = position;
  const why = reason === undefined ? {} : { reason };
  emit({ type: 'end', status, ...why, step, epoch, examples, time: seconds() });
  return {
    status,
    ...why,
    model: createTrainedModel({ task, parameters: new Map([...evaluated, ...minibatch.states]), engine, compile }),
    step,
    epoch,
    seconds: seconds(),
    history,
    measures: history.at(-1)?.measures ?? {},
  };
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

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function divergence(step: number, loss: number, parameter: string | undefined): string {
  const what = parameter === undefined ? `the loss is ${loss}` : `the gradient of ${parameter} is not finite`;
  return `diverged at step ${step}: ${what}. Lower the learning rate, or clip the gradient`;
}
