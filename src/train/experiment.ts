/**
 * An experiment: what a run is made of, as data. `config.json` of a run is one, so that the run can be started again; a
 * JSON file of the user's is one; a module may put functions and data sets where JSON cannot.
 */

import { OptionError } from '../base/errors.ts';
import { frozen } from '../base/frozen.ts';
import { checkBoolean, checkDepth, checkNumber, checkObject, checkOptionNames, seedRange } from '../base/options.ts';
import type { Augmentation } from '../data/augmentation/augmentation.ts';
import { readAugmentations } from '../data/augmentation/table.ts';
import { checkSampler, type Sampler, shuffled } from '../data/sampler.ts';
import type { Model } from '../nn/forward.ts';
import { readLayer } from '../nn/layer/table.ts';
import type { Loss } from '../nn/loss/loss.ts';
import { type LossPerOutput, readLosses, type WeightedLossPerOutput } from '../nn/loss/per-output.ts';
import { type Metrics, type MetricsPerOutput, readMetrics } from '../nn/metric/per-output.ts';
import { type Averaging, readAveraging } from '../optim/averaging/averaging.ts';
import { type Clip, readClip } from '../optim/clip/clip.ts';
import { type Definitions, readOptimizer } from '../optim/read.ts';
import type { Optimizer } from '../rule/rule.ts';
import { type CheckpointPolicy, type CheckpointPolicyOptions, readCheckpointPolicy } from './checkpoint/policy.ts';
import { type ExperimentData, readData } from './experiment/data.ts';
import { type ExperimentEngine, readEngine } from './experiment/engine.ts';
import { type HeldOut, readHeldOut } from './experiment/held-out.ts';
import { inCode } from './experiment/in-code.ts';
import { type FreezeStatistics, readFreezeStatistics } from './freeze-statistics.ts';
import { type ParameterGroup, readGroups } from './parameter-groups.ts';
import { type Penalty, readPenalties } from './penalty.ts';
import type { ParameterStart } from './start/start.ts';
import { readStart } from './start/table.ts';
import { readStopping, type StoppingPolicy } from './stopping/stopping.ts';

/** What a run is made of. */
export interface Experiment {
  /** Letters, digits, `-`, `_` and `.`: it names a folder. */
  readonly name: string;
  readonly data: ExperimentData;
  /**
   * What is measured after each epoch: a part that is held out of the training set, or `'test'`, as benchmarks do that
   * report a curve on the test set. Choose nothing by a curve that was measured on the test set.
   */
  readonly validation?: HeldOut | 'test';
  /** Random changes of the training images, drawn anew in every step: `[randomCrop(), randomFlip()]`. Default none. */
  readonly augmentation?: readonly Augmentation[];
  readonly model: Model;
  /** One, or one for each output of the model, with its weight. */
  readonly loss: Loss | WeightedLossPerOutput;
  /** By the names that they are reported under; of several outputs, by output first. */
  readonly metrics: Metrics | MetricsPerOutput;
  readonly optimizer: Optimizer;
  readonly clip?: Clip;
  readonly groups?: readonly ParameterGroup[];
  readonly averaging?: Averaging;
  readonly accumulation?: number;
  readonly start?: ParameterStart | readonly ParameterStart[];
  readonly penalties?: readonly Penalty[];
  readonly freezeStatistics?: FreezeStatistics;
  /** When to end before the last step. */
  readonly stopping?: readonly StoppingPolicy[];
  /** When the run is saved; `dolina train` does so every epoch where nothing is said. */
  readonly checkpoints?: CheckpointPolicy;
  /** Default 128, or the whole set where it is smaller. */
  readonly batchSize?: number | 'all';
  /** Default 10. */
  readonly epochs: number;
  /** Stop after so many steps, whatever `epochs` says. */
  readonly steps?: number;
  readonly sampler: Sampler;
  readonly dropLast: boolean;
  readonly seed: number;
  readonly engine: ExperimentEngine;
  /** Whether each evaluation leaves histograms of parameters and gradients in the event file. Default false. */
  readonly histograms?: boolean;
}

type Defaulted = 'metrics' | 'epochs' | 'sampler' | 'dropLast' | 'seed' | 'engine' | 'stopping' | 'checkpoints';

/** What a module or a JSON file gives: an experiment, without what has a default. */
export type ExperimentOptions = Omit<Experiment, Defaulted | 'loss'> &
  Partial<Pick<Experiment, Exclude<Defaulted, 'stopping' | 'checkpoints'>>> & {
    readonly loss: Loss | LossPerOutput;
    readonly stopping?: StoppingPolicy | readonly StoppingPolicy[];
    readonly checkpoints?: CheckpointPolicyOptions;
  };

/** Every key that an experiment may have at its top. */
export const experimentKeys = [
  ...['name', 'data', 'validation', 'augmentation', 'model', 'loss', 'metrics', 'optimizer', 'clip', 'groups'],
  ...['averaging', 'accumulation', 'start', 'penalties', 'freezeStatistics', 'stopping', 'checkpoints', 'histograms'],
  ...['batchSize', 'epochs', 'steps', 'sampler', 'dropLast', 'seed', 'engine'],
] as const;

const place = 'experiment';

/**
 * Checks a plain value (from JSON, or what a module exports) and gives the experiment that it describes, with defaults
 * filled in: the same checks and the same errors as those of the builders. `definitions` are rules and schedules of the
 * user's own.
 *
 * @example
 * readExperiment({
 *   name: 'iris', data: { csv: 'iris.csv', target: 'kind', standardize: true, test: { fraction: 0.2 } },
 *   model: { layer: 'dense', units: 3 }, loss: { loss: 'softmaxCrossEntropy' },
 *   optimizer: { optimizer: 'sgd', learningRate: 0.1 },
 * })
 *
 * Throws an OptionError for what is missing, unknown (with the nearest name) or out of range.
 */
export function readExperiment(value: unknown, definitions: Definitions = {}): Experiment {
  checkDepth(place, 'the experiment', value);
  const given = checkObject(
    place,
    'the experiment',
    value,
    '{ "name": …, "data": …, "model": …, "loss": …, "optimizer": … }',
  );
  checkOptionNames(place, given, experimentKeys);
  for (const name of ['name', 'data', 'model', 'loss', 'optimizer']) {
    if (given[name] === undefined) {
      throw new OptionError('option/missing', `${name} is missing`, {
        place,
        mend: `Give ${name}; it has no default.`,
      });
    }
  }
  const { validation, augmentation, clip, groups, averaging, accumulation, start, penalties, freezeStatistics } = given;
  const { stopping, checkpoints, histograms, batchSize, steps } = given;
  const loss = readLosses(given.loss);
  return Object.freeze({
    name: readName(given.name),
    data: readData(given.data),
    ...(validation === undefined
      ? {}
      : { validation: validation === 'test' ? 'test' : readHeldOut('validation', validation) }),
    ...(augmentation === undefined ? {} : { augmentation: readAugmentations(augmentation) }),
    model: readModel(given.model),
    loss,
    metrics: readMetrics(given.metrics ?? {}, loss),
    optimizer: readOptimizer(given.optimizer, definitions),
    ...(clip === undefined ? {} : { clip: frozen(readClip(clip)) }),
    ...(groups === undefined ? {} : { groups: readGroups(inData(groups), definitions) }),
    ...(averaging === undefined ? {} : { averaging: readAveraging(averaging) }),
    ...(accumulation === undefined
      ? {}
      : { accumulation: checkNumber(place, 'accumulation', accumulation, { integer: true, min: 1 }) }),
    ...(start === undefined ? {} : { start: Array.isArray(start) ? frozen(start.map(readStart)) : readStart(start) }),
    ...(penalties === undefined ? {} : { penalties: readPenalties(penalties) }),
    ...(freezeStatistics === undefined ? {} : { freezeStatistics: readFreezeStatistics(freezeStatistics) }),
    ...(stopping === undefined ? {} : { stopping: readStopping(stopping) }),
    ...(checkpoints === undefined ? {} : { checkpoints: readCheckpointPolicy(checkpoints) }),
    ...(batchSize === undefined ? {} : { batchSize: readBatchSize(batchSize) }),
    epochs: checkNumber(place, 'epochs', given.epochs ?? 10, { min: 0 }),
    ...(steps === undefined ? {} : { steps: checkNumber(place, 'steps', steps, { integer: true, min: 0 }) }),
    sampler: checkSampler(place, given.sampler ?? shuffled()),
    dropLast: checkBoolean(place, 'dropLast', given.dropLast ?? false),
    seed: checkNumber(place, 'seed', given.seed ?? 0, seedRange),
    engine: readEngine(given.engine ?? { name: 'cpu' }),
    ...(histograms === undefined ? {} : { histograms: checkBoolean(place, 'histograms', histograms) }),
  } satisfies Experiment);
}

/** The options of `train` that an experiment says as data: all but data sets, engine, and what is kept where. */
export function trainingOf(experiment: Experiment) {
  const {
    name: _,
    data: __,
    validation: ___,
    engine: ____,
    checkpoints: _____,
    histograms: ______,
    ...training
  } = experiment;
  return training;
}

/** Groups, unless one was given by a predicate and has gone through JSON. */
function inData(groups: unknown): unknown {
  const gone = (match: unknown) => typeof match === 'object' && match !== null && 'function' in match;
  if (Array.isArray(groups) && groups.some((group) => gone(group?.match)))
    throw inCode('a group matches by a function');
  return groups;
}

function readName(value: unknown): string {
  if (typeof value === 'string' && /^[A-Za-z0-9][\w.-]*$/.test(value)) return value;
  throw new OptionError('option/name', `name is ${JSON.stringify(value)}`, {
    place,
    mend: 'Give letters, digits, "-", "_" and "."; it names a folder.',
  });
}

function readModel(value: unknown): Model {
  if (typeof value === 'function') return value as Model;
  if (typeof value === 'object' && value !== null && 'function' in value) throw inCode('the model is a function');
  return readLayer(value);
}

function readBatchSize(value: unknown): number | 'all' {
  return value === 'all' ? value : checkNumber(place, 'batchSize', value, { integer: true, min: 1 });
}
