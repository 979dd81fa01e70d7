/**
 * An experiment: what a run is made of, as data. `config.json` of a run is one, so that the run can be started again; a
 * JSON file of the user's is one; a module may put functions and data sets where JSON cannot.
 */

import { OptionError } from '../base/errors.ts';
import { frozen } from '../base/frozen.ts';
import { refer } from '../base/json-schema.ts';
import {
  count,
  flag,
  list,
  number,
  type OptionSpec,
  type OptionSpecs,
  optional,
  readBy,
  readOptions,
  seed,
  text,
  withDefault,
} from '../base/option-spec.ts';
import { checkDepth } from '../base/options.ts';
import { shown } from '../base/shown.ts';
import type { Augmentation } from '../data/augmentation/augmentation.ts';
import { augmentationsSpec } from '../data/augmentation/table.ts';
import { checkSampler, type Sampler, shuffled } from '../data/sampler.ts';
import type { Model } from '../nn/forward.ts';
import { readLayer } from '../nn/layer/table.ts';
import type { Loss } from '../nn/loss/loss.ts';
import { type LossPerOutput, lossesSpec, type WeightedLossPerOutput } from '../nn/loss/per-output.ts';
import { type Metrics, type MetricsPerOutput, metricsSchema, readMetrics } from '../nn/metric/per-output.ts';
import { type Averaging, readAveraging } from '../optim/averaging/averaging.ts';
import { type Clip, clipSpec } from '../optim/clip/clip.ts';
import { type Definitions, readOptimizer } from '../optim/read.ts';
import type { Optimizer } from '../rule/rule.ts';
import { type CheckpointPolicy, type CheckpointPolicyOptions, checkpointPolicySpec } from './checkpoint/policy.ts';
import { dataSpec, type ExperimentData } from './experiment/data.ts';
import { type ExperimentEngine, engineSpec } from './experiment/engine.ts';
import { type HeldOut, heldOutSpec } from './experiment/held-out.ts';
import { inCode } from './experiment/in-code.ts';
import { type FreezeStatistics, freezeStatisticsSpec } from './freeze-statistics.ts';
import { groupsSpec, type ParameterGroup } from './parameter-groups.ts';
import { type Penalty, penaltiesSpec } from './penalty.ts';
import type { ParameterStart } from './start/start.ts';
import { readStart } from './start/table.ts';
import { type StoppingPolicy, stoppingSpec } from './stopping/stopping.ts';

/** What a run is made of. */
export interface Experiment {
  /** Letters, digits, `-`, `_` and `.`: it names a folder. */
  readonly name: string;
  /** What is trained on: a published set, a CSV file, a text, a folder of pictures, or in code sets of your own. */
  readonly data: ExperimentData;
  /**
   * What is measured after each epoch: a part that is held out of the training set, or `'test'`, as benchmarks do that
   * report a curve on the test set. Choose nothing by a curve that was measured on the test set.
   */
  readonly validation?: HeldOut | 'test';
  /** Random changes of the training images, drawn anew in every step: `[randomCrop(), randomFlip()]`. Default none. */
  readonly augmentation?: readonly Augmentation[];
  /** A layer, which may hold others; in code also a function. */
  readonly model: Model;
  /** One, or one for each output of the model, with its weight. */
  readonly loss: Loss | WeightedLossPerOutput;
  /** By the names that they are reported under; of several outputs, by output first. */
  readonly metrics: Metrics | MetricsPerOutput;
  /** The update rule, its learning rate and other numbers, each of which may be a schedule. */
  readonly optimizer: Optimizer;
  /** How gradients are shortened before the update. Default not at all. */
  readonly clip?: Clip;
  /** Parameters that are treated in a way of their own; of groups that name the same one, the later has the word. */
  readonly groups?: readonly ParameterGroup[];
  /** An average of the parameters over training, evaluated and saved in their place. Default none. */
  readonly averaging?: Averaging;
  /** Batches whose gradients are added up for one step. Default 1. */
  readonly accumulation?: number;
  /** What changes the first parameters before training, by the data. Default nothing. */
  readonly start?: ParameterStart | readonly ParameterStart[];
  /** Penalties on large parameters, as terms of the loss. Default none. */
  readonly penalties?: readonly Penalty[];
  /** When batch normalization begins to use fixed statistics in training too. Default never. */
  readonly freezeStatistics?: FreezeStatistics;
  /** When to end before the last step. */
  readonly stopping?: readonly StoppingPolicy[];
  /** When the run is saved; `dolina train` does so every epoch where nothing is said. */
  readonly checkpoints?: CheckpointPolicy;
  /** Examples in a step, or 'all'. Default 128, or the whole set where it is smaller. */
  readonly batchSize?: number | 'all';
  /** Passes over the training set. Default 10. */
  readonly epochs: number;
  /** Stop after so many steps, whatever `epochs` says. */
  readonly steps?: number;
  /** In which order examples are visited. Default shuffled anew in each epoch. */
  readonly sampler: Sampler;
  /** Leave out a last batch that is smaller than the others. Default false. */
  readonly dropLast: boolean;
  /** Everything random follows from it. Default 0. */
  readonly seed: number;
  /** What computes: native code (`cpu`) or WebAssembly. */
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

const nameSpec: OptionSpec<string> = {
  read: (place, name, value) => {
    if (typeof value === 'string' && /^[A-Za-z0-9][\w.-]*$/.test(value)) return value;
    throw new OptionError('option/name', `${name} is ${shown(value)}`, {
      place,
      mend: 'Give letters, digits, "-", "_" and "."; it names a folder.',
    });
  },
  schema: { type: 'string', pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]*$', $comment: 'a name that a folder may have' },
};

function readModel(value: unknown): Model {
  if (typeof value === 'function') return value as Model;
  if (typeof value === 'object' && value !== null && 'function' in value) throw inCode('the model is a function');
  return readLayer(value);
}

const validationSpec: OptionSpec<HeldOut | 'test'> = {
  read: (place, name, value) => (value === 'test' ? value : heldOutSpec.read(place, name, value)),
  schema: { anyOf: [heldOutSpec.schema, { const: 'test' }] },
};

const startForms = 'a start, such as { "start": "lsuv" }, or a list of them';
const oneStart = readBy(readStart, refer('start'));
const starts = list(oneStart, startForms);
const startSpec: OptionSpec<ParameterStart | readonly ParameterStart[]> = {
  read: (place, name, value) => (Array.isArray(value) ? starts : oneStart).read(place, name, value),
  schema: { anyOf: [oneStart.schema, starts.schema], $comment: startForms },
};

const batchSizeSpec: OptionSpec<number | 'all'> = {
  read: (place, name, value) => (value === 'all' ? value : count.read(place, name, value)),
  schema: { anyOf: [count.schema, { const: 'all' }] },
};

/** What an experiment may hold: a new key is one line here and one in `Experiment`. */
export function experimentOptions(definitions: Definitions = {}) {
  return {
    /** For editors, which complete by it; no part of the experiment. */
    $schema: optional(text('the address of the schema')),
    name: nameSpec,
    data: dataSpec,
    validation: optional(validationSpec),
    augmentation: optional(augmentationsSpec),
    model: readBy(readModel, refer('layer')),
    loss: lossesSpec,
    // What they may be depends on the loss: readExperiment reads them after it.
    metrics: withDefault<unknown>({ read: (_place, _name, value) => value, schema: metricsSchema }, {}),
    optimizer: readBy((value) => readOptimizer(value, definitions), refer('optimizer')),
    clip: optional(clipSpec(definitions)),
    groups: optional(groupsSpec(definitions)),
    averaging: optional(readBy(readAveraging, refer('averaging'))),
    accumulation: optional(count),
    start: optional(startSpec),
    penalties: optional(penaltiesSpec),
    freezeStatistics: optional(freezeStatisticsSpec),
    stopping: optional(stoppingSpec),
    checkpoints: optional(checkpointPolicySpec),
    batchSize: optional(batchSizeSpec),
    epochs: withDefault(number({ min: 0 }), 10),
    steps: optional(number({ integer: true, min: 0 })),
    sampler: withDefault(
      readBy((value) => checkSampler('', value), refer('sampler')),
      shuffled(),
    ),
    dropLast: withDefault(flag, false),
    seed: withDefault(seed, 0),
    engine: withDefault(engineSpec, { name: 'cpu' }),
    histograms: optional(flag),
  } satisfies OptionSpecs & Record<keyof Experiment, unknown>;
}

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
  checkDepth('experiment', 'the experiment', value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OptionError('option/form', `the experiment is ${shown(value)}`, {
      mend: 'Give an object: { "name": …, "data": …, "model": …, "loss": …, "optimizer": … }.',
    });
  }
  const { $schema: _, data, metrics, ...rest } = readOptions('experiment', experimentOptions(definitions), value);
  // Data sets are not ours to freeze.
  return Object.freeze({ ...frozen(rest), data, metrics: readMetrics(metrics, rest.loss) });
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
