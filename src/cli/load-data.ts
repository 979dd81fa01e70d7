/** From the `data` and `validation` of an experiment to data sets, split and scaled, with the story of where they are from. */

import { OptionError, ShapeError } from '../base/errors.ts';
import { showShape } from '../base/shape.ts';
import { cifar10 } from '../data/cifar10.node.ts';
import type { Dataset, FieldSpec, TargetSpec } from '../data/dataset.ts';
import { fashionMnist } from '../data/fashion-mnist.node.ts';
import { type CsvOptions, csvTarget } from '../data/from-csv.ts';
import { readImages } from '../data/image/read-images.node.ts';
import { mnist } from '../data/mnist.node.ts';
import { withNormalization } from '../data/normalization.ts';
import { readCsv } from '../data/read-csv.node.ts';
import type { OnSourceEvent } from '../data/source/image-sets.ts';
import { split } from '../data/split.ts';
import { splitEnd } from '../data/split-end.ts';
import { standardized, statistics } from '../data/statistics.ts';
import { readText } from '../data/text/read-text.node.ts';
import type { CsvData } from '../train/experiment/csv-data.ts';
import { isGivenData } from '../train/experiment/data.ts';
import type { HeldOut } from '../train/experiment/held-out.ts';
import type { ImageFolderData } from '../train/experiment/image-folder-data.ts';
import type { PublishedData } from '../train/experiment/published-data.ts';
import type { TextData } from '../train/experiment/text-data.ts';
import type { Experiment } from '../train/experiment.ts';

export interface LoadedData {
  readonly training: Dataset;
  readonly validation?: Dataset;
  readonly test?: Dataset;
  /** Where it came from, as a sentence. */
  readonly source: string;
  /** Every place that was tried before, and why it was passed over. */
  readonly notes: readonly string[];
}

export interface LoadOptions {
  readonly cacheFolder: string;
  readonly onEvent?: OnSourceEvent;
}

type Sets = Omit<LoadedData, 'notes'> & { readonly notes?: readonly string[] };

/** Reads, splits and scales the sets of an experiment: the same each time, so that a run can be evaluated later. */
export async function loadData(
  experiment: Pick<Experiment, 'data' | 'validation'>,
  options: LoadOptions,
): Promise<LoadedData> {
  const { data } = experiment;
  if (isGivenData(data)) return withValidation({ ...data, source: data.training.source }, experiment.validation);
  if ('text' in data) return withValidation(await text(data), experiment.validation, endOf(data));
  const sets = await ('set' in data ? published(data, options) : 'csv' in data ? csv(data) : images(data));
  const { training, validation, test, ...story } = withValidation(sets, experiment.validation);
  let scale = (set: Dataset) => set;
  const { normalization } = data;
  if (normalization !== undefined) scale = (set) => withNormalization(set, normalization);
  if (data.standardize) {
    const measured = statistics(training);
    scale = (set) => standardized(set, measured);
  }
  return {
    training: scale(training),
    ...(validation === undefined ? {} : { validation: scale(validation) }),
    ...(test === undefined ? {} : { test: scale(test) }),
    ...story,
  };
}

async function published(data: PublishedData, { cacheFolder, onEvent }: LoadOptions): Promise<Sets> {
  const search = {
    cacheFolder,
    ...(onEvent === undefined ? {} : { onEvent }),
    ...(data.folder === undefined ? {} : { folder: data.folder }),
  };
  if (data.set === 'cifar10') return cifar10(search);
  return data.set === 'mnist' ? mnist(search) : fashionMnist({ ...search, standIn: data.standIn ?? false });
}

async function images(data: ImageFolderData): Promise<Sets> {
  const { images: folder, test, normalization: _, standardize: __, ...options } = data;
  const whole = await readImages(folder, options);
  if (typeof test !== 'string') return withTest(whole, test, hold);
  const classNames = whole.classNames ?? [];
  return withTest(whole, await readImages(test, { ...options, classNames }), hold);
}

async function text(data: TextData): Promise<Sets> {
  const { text: file, test, ...options } = data;
  const whole = await readText(file, options);
  if (typeof test !== 'string') return withTest(whole, test, endOf(data));
  return withTest(whole, await readText(test, { ...options, vocabulary: whole.vocabulary }), endOf(data));
}

/** How a part of text is held out: its end, so that what is measured is not between pieces that were learned. */
function endOf({ length, stride = length }: TextData): typeof hold {
  const gap = Math.ceil(length / stride) - 1;
  return (set, { count, fraction, stratified }) => {
    if (stratified) {
      throw new OptionError('option/form', 'stratified is true, and the part of a text that is held out is its end', {
        place: 'experiment',
        mend: 'Leave `stratified` out.',
      });
    }
    return splitEnd(set, {
      ...(count === undefined ? {} : { count }),
      ...(fraction === undefined ? {} : { fraction }),
      gap,
    });
  };
}

/** A set with its test set, which is another set, or a part of it. */
function withTest(whole: Dataset, test: Dataset | HeldOut | undefined, part: typeof hold): Sets {
  if (test === undefined) return { training: whole, source: whole.source };
  if ('copy' in test) return { training: whole, test, source: `${whole.source}, tested on ${test.source}` };
  const { training, validation } = part(whole, test);
  return { training, test: validation, source: whole.source };
}

async function csv(data: CsvData): Promise<Sets> {
  const { csv: file, test, normalization: _, standardize: __, ...columns } = data;
  const whole = await readCsv(file, columns);
  if (typeof test !== 'string') return withTest(whole, test, hold);
  return withTest(whole, await readCsv(test, { ...columns, ...asIn(whole, columns) }), hold);
}

/** Targets of another file are read as those of the first were: of the same kind, with the same classes. */
function asIn(
  whole: Dataset,
  { targets }: Pick<CsvData, 'targets'>,
): Pick<CsvOptions, 'targets' | 'targetKind' | 'classNames'> {
  const { target, classNames } = whole;
  const kindOf = ({ classes }: Pick<TargetSpec, 'classes'>) => (classes === undefined ? 'numbers' : 'classes');
  if (targets === undefined) return { targetKind: kindOf(target), ...(classNames === undefined ? {} : { classNames }) };
  return {
    targets: Object.fromEntries(
      Object.entries(targets).map(([output, given]) => {
        const { column } = csvTarget(given);
        const spec = whole.targets![output]!;
        const names = spec.classNames === undefined ? {} : { classNames: spec.classNames };
        return [output, { column, kind: kindOf(spec), ...names }];
      }),
    ),
  };
}

function hold(set: Dataset, { seed = 0, ...part }: HeldOut) {
  return split(set, { ...part, seed });
}

function withValidation(sets: Sets, validation: Experiment['validation'], part: typeof hold = hold): LoadedData {
  const { training, test } = sets;
  if (test !== undefined) checkFields(training, test);
  const notes = sets.notes ?? [];
  if (validation === undefined) return { ...sets, notes };
  if (validation === 'test') {
    if (test !== undefined) return { ...sets, validation: test, notes };
    throw new OptionError('option/form', 'validation is "test", and there is no test set', {
      place: 'experiment',
      mend: 'Hold a part of the training set out, such as { "fraction": 0.1 }.',
    });
  }
  if (sets.validation !== undefined) {
    throw new OptionError('option/form', 'validation is given twice: as a set and as a part of the training set', {
      place: 'experiment',
      mend: 'Leave one of them out.',
    });
  }
  return { ...sets, ...part(training, validation), notes };
}

/** Refuses a test set that the model of the training set cannot be measured on, before anything is trained. */
function checkFields(training: Dataset, test: Dataset): void {
  const fieldsOf = ({ input, target, targets }: Dataset) =>
    targets === undefined
      ? { input, target }
      : { input, ...Object.fromEntries(Object.entries(targets).map(([name, spec]) => [`target "${name}"`, spec])) };
  const found: Readonly<Record<string, FieldSpec>> = fieldsOf(test);
  for (const [field, a] of Object.entries<FieldSpec>(fieldsOf(training))) {
    const b = found[field];
    // A target that is not there is told where it is asked for.
    if (b === undefined || (a.dtype === b.dtype && showShape(a.shape) === showShape(b.shape))) continue;
    throw new ShapeError(
      'data/test',
      `${field}s of the training set are ${a.dtype}${showShape(a.shape)}, of the test set ${b.dtype}${showShape(b.shape)}`,
      { place: test.name, mend: 'Give both sets the same fields.' },
    );
  }
}
