/** A learning rate to start with, found by trying: the book's way over the first steps, or a range test. */

import { OptionError } from '../base/errors.ts';
import { checkNumber, checkOneOf, checkOptionNames } from '../base/options.ts';
import { fold, type Key, key as rootKey } from '../base/random.ts';
import { createAugmenter } from '../data/augmentation/augmenter.ts';
import { readAugmentations } from '../data/augmentation/table.ts';
import { createBatches } from '../data/batches.ts';
import { readClip } from '../optim/clip/clip.ts';
import { readOptimizer } from '../optim/read.ts';
import { checkClasses, checkSets } from './check-sets.ts';
import { type FirstStepsSearch, searchByFirstSteps } from './find-learning-rate-by-first-steps.ts';
import { type RangeTest, runRangeTest, type Slope, slopes } from './find-learning-rate-by-range-test.ts';
import type { RateSearchEvent } from './find-learning-rate-event.ts';
import { checkRange, createTrial, steer } from './find-learning-rate-trial.ts';
import { readGroups } from './parameter-groups.ts';
import { startParameters } from './start/first-parameters.ts';
import { createTrainingStep } from './step.ts';
import type { Task } from './task.ts';
import { type TrainOptions, taskOf } from './train.ts';

/** The ways of searching, the default first. */
export const learningRateMethods = ['first-steps', 'range-test'] as const;
/** A way of searching. */
export type LearningRateMethod = (typeof learningRateMethods)[number];

type Taken =
  | ('model' | 'training' | 'augmentation' | 'loss' | 'optimizer' | 'clip' | 'groups' | 'accumulation' | 'penalties')
  | ('batchSize' | 'epochs' | 'sampler' | 'dropLast' | 'seed' | 'engine' | 'compile' | 'parameters' | 'start');

/**
 * The training that a rate is sought for, under the names of `TrainOptions`. The optimizer's own learning rate, number or
 * schedule, is not read; its other schedules run as in that training. Batch normalization goes by the batch.
 */
interface SearchOptions extends Pick<TrainOptions, Taken> {
  /** The least rate that is tried. Default 1e-4 by first steps, 1e-7 in a range test. */
  readonly min?: number;
  /** The largest rate that is tried. Default 1 by first steps, 10 in a range test. */
  readonly max?: number;
  /** Hears every step and every rate that is done. */
  readonly onProgress?: (event: RateSearchEvent) => void;
  /** When it aborts, the step that runs is finished and the search rejects with the signal's reason. */
  readonly signal?: AbortSignal;
}

export interface FirstStepsOptions extends SearchOptions {
  readonly method?: 'first-steps';
  /** Steps that each rate is given, at least 2. Default 100, as in the book. */
  readonly steps?: number;
  /** Rates of the grid for each factor of ten, 1 … 20. Default 3: a factor of 2.15 from one to the next. */
  readonly pointsPerDecade?: number;
  /** Factors of ten that the grid may grow at each end while its best rate is the last one there. Default 4; 0: none. */
  readonly widenBy?: number;
}

export interface RangeTestOptions extends SearchOptions {
  readonly method: 'range-test';
  /** Steps from `min` to `max`, at least 10. Default 100, as in fastai and Lightning. */
  readonly steps?: number;
  /** The steepest descent is sought over the logarithm of the rate (default, as in fastai), or the rate (Lightning). */
  readonly slope?: Slope;
  /**
   * β of the fading mean of the losses, in [0, 1). Default 0.9, a memory of ten steps. fastai and Lightning take 0.98, a
   * memory of half of such a test: their curves lag behind the rate.
   */
  readonly smoothing?: number;
}

const place = 'findLearningRate';
const optionNames = [
  ...['model', 'training', 'augmentation', 'loss', 'optimizer', 'clip', 'groups', 'accumulation', 'penalties'],
  ...['batchSize', 'epochs', 'sampler', 'dropLast', 'seed', 'engine', 'compile', 'parameters', 'start'],
  ...['signal', 'method', 'steps', 'min', 'max', 'onProgress'],
];
const namesOf = {
  'first-steps': [...optionNames, 'pointsPerDecade', 'widenBy'],
  'range-test': [...optionNames, 'slope', 'smoothing'],
} as const satisfies Record<LearningRateMethod, readonly string[]>;
const defaultBatchSize = 128;

/**
 * Finds a learning rate to start with. It trains copies of its own: model, optimizer and random streams are as if it had
 * not run, and the same seed gives the same result.
 *
 * - `'first-steps'` (default; Goodfellow et al., section 8.3.1: the first rate is slightly larger than the one that
 *   behaves best over the first 100 steps or so). Each rate of a logarithmic grid, 1e-4 … 1, trains from the same first
 *   parameters on the same batches. Its score is the mean loss of the last fifth of the steps; it has diverged
 *   where loss or gradient is not finite, or the score is above four times that of standing still. While the best rate
 *   is at an end, the grid grows there by a factor of ten. The suggestion lies half a step of the grid above the best
 *   rate (a factor of 1.47), was tried too, and learns; else a quarter, else the best rate itself.
 * - `'range-test'` (Smith, 2017): one run in which the rate grows from 1e-7 to 10 by a constant factor per step, until
 *   the smoothed loss is four times its least value. The suggestion is where the smoothed loss falls most steeply;
 *   `tenthOfMinimum` is the other usual choice. Cheaper by far, and rougher.
 *
 * @example
 * const { suggestion } = await findLearningRate({ model, training, loss, optimizer: momentum({ learningRate: 0.1 }), engine });
 * await train({ model, training, loss, optimizer: momentum({ learningRate: suggestion }), engine });
 *
 * Throws OptionError and ShapeError as `train` does, and where the optimizer has no learning rate; DivergenceError where
 * no rate makes the loss fall.
 */
export async function findLearningRate(options: FirstStepsOptions): Promise<FirstStepsSearch>;
export async function findLearningRate(options: RangeTestOptions): Promise<RangeTest>;
export async function findLearningRate(
  options: FirstStepsOptions | RangeTestOptions,
): Promise<FirstStepsSearch | RangeTest>;
export async function findLearningRate(
  options: FirstStepsOptions | RangeTestOptions,
): Promise<FirstStepsSearch | RangeTest> {
  const method = checkOneOf(place, 'method', options.method ?? 'first-steps', learningRateMethods);
  checkOptionNames(place, options, namesOf[method]);
  const { training, engine, signal } = options;
  if (engine === undefined) {
    throw new OptionError('option/missing', 'engine is missing', { place, mend: 'Give cpuEngine() or wasmEngine().' });
  }
  const seed = checkNumber(place, 'seed', options.seed ?? 0, { integer: true, min: 0 });
  const epochs = checkNumber(place, 'epochs', options.epochs ?? 10, { min: 0 });
  const byFirstSteps = method === 'first-steps';
  const steps = checkNumber(place, 'steps', options.steps ?? 100, { integer: true, min: byFirstSteps ? 2 : 10 });
  const min = options.min ?? (byFirstSteps ? 1e-4 : 1e-7);
  const max = options.max ?? (byFirstSteps ? 1 : 10);
  const own = readOwn(options);
  const task = taskOf(options);
  const steered = steer(place, readOptimizer(options.optimizer));
  checkRange(place, min, max, steered);
  checkSets(task, training, undefined);

  const key = rootKey(seed);
  const batches = createBatches({
    size: training.size,
    batchSize: options.batchSize ?? Math.min(defaultBatchSize, training.size),
    ...(options.sampler === undefined ? {} : { sampler: options.sampler }),
    ...(options.dropLast === undefined ? {} : { dropLast: options.dropLast }),
    key: fold(key, 'batches'),
  });
  const first = await firstOf(options, task, key);
  const minibatch = createTrainingStep({
    task,
    optimizer: steered.optimizer,
    ...(options.clip === undefined ? {} : { clip: readClip(options.clip) }),
    ...(options.groups === undefined ? {} : { groups: readGroups(options.groups) }),
    ...(options.accumulation === undefined ? {} : { accumulation: options.accumulation }),
    batchSize: batches.batchSize,
    engine,
    ...(options.compile === undefined ? {} : { compile: options.compile }),
    key,
    ...(first === undefined ? {} : { parameters: first }),
  });
  checkClasses(training, minibatch.description.outputs, task);
  const trial = createTrial({
    ...{ minibatch, steered, batches, training },
    ...(options.augmentation === undefined
      ? {}
      : { augment: createAugmenter(readAugmentations(options.augmentation), training, fold(key, 'augmentation')) }),
    trainingSteps: Math.max(1, Math.round(epochs * batches.stepsPerEpoch)),
    ...(signal === undefined ? {} : { signal }),
  });
  const plan = { place, trial, steered, steps, min, max, onProgress: options.onProgress ?? (() => {}) };
  return own.method === 'first-steps' ? searchByFirstSteps({ ...plan, ...own }) : runRangeTest({ ...plan, ...own });
}

/** First parameters that are given, or made from the data as `train` makes them. */
async function firstOf({ parameters, start, training, engine }: SearchOptions, task: Task, key: Key) {
  if (start === undefined) return parameters;
  if (parameters !== undefined) {
    throw new OptionError('option/form', 'both parameters and start are given', { place, mend: 'Give one of them.' });
  }
  return startParameters({ task, training, starts: [start].flat(), engine, key });
}

/** The options that one method alone has, checked. */
function readOwn(options: FirstStepsOptions | RangeTestOptions) {
  if (options.method === 'range-test') {
    const { method, slope = 'log', smoothing = 0.9 } = options;
    checkOneOf(place, 'slope', slope, slopes);
    checkNumber(place, 'smoothing', smoothing, { min: 0, max: 1, exclusiveMax: true });
    return { method, slope, smoothing };
  }
  const { method = 'first-steps', pointsPerDecade = 3, widenBy = 4 } = options;
  checkNumber(place, 'pointsPerDecade', pointsPerDecade, { integer: true, min: 1, max: 20 });
  checkNumber(place, 'widenBy', widenBy, { integer: true, min: 0 });
  return { method, pointsPerDecade, widenBy };
}
