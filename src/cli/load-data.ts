/** From the `data` and `validation` of an experiment to data sets, split and scaled, with the story of where they are from. */

import { OptionError, ShapeError } from '../base/errors.ts';
import { showShape } from '../base/shape.ts';
import type { Dataset } from '../data/dataset.ts';
import { fashionMnist } from '../data/fashion-mnist.node.ts';
import { mnist } from '../data/mnist.node.ts';
import { withNormalization } from '../data/normalization.ts';
import { readCsv } from '../data/read-csv.node.ts';
import type { OnSourceEvent } from '../data/source/image-sets.ts';
import { split } from '../data/split.ts';
import { standardized, statistics } from '../data/statistics.ts';
import { type CsvData, type Experiment, type HeldOut, isGivenData, type PublishedData } from '../train/experiment.ts';

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
  const sets = 'set' in data ? await published(data, options) : await csv(data);
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
  return data.set === 'mnist' ? mnist(search) : fashionMnist({ ...search, standIn: data.standIn ?? false });
}

async function csv(data: CsvData): Promise<Sets> {
  const { csv: file, test, normalization: _, standardize: __, ...columns } = data;
  const whole = await readCsv(file, columns);
  if (test === undefined) return { training: whole, source: whole.source };
  if (typeof test !== 'string') {
    const { training, validation } = hold(whole, test);
    return { training, test: validation, source: whole.source };
  }
  const { classNames } = whole;
  const targetKind = whole.target.classes === undefined ? 'numbers' : 'classes';
  const second = await readCsv(test, { ...columns, targetKind, ...(classNames === undefined ? {} : { classNames }) });
  return { training: whole, test: second, source: `${whole.source}, tested on ${second.source}` };
}

function hold(set: Dataset, { seed = 0, ...part }: HeldOut) {
  return split(set, { ...part, seed });
}

function withValidation(sets: Sets, validation: Experiment['validation']): LoadedData {
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
    });
  }
  return { ...sets, ...hold(training, validation), notes };
}

/** Refuses a test set that the model of the training set cannot be measured on, before anything is trained. */
function checkFields(training: Dataset, test: Dataset): void {
  for (const field of ['input', 'target'] as const) {
    const [a, b] = [training[field], test[field]];
    if (a.dtype === b.dtype && showShape(a.shape) === showShape(b.shape)) continue;
    throw new ShapeError(
      'data/test',
      `${field}s of the training set are ${a.dtype}${showShape(a.shape)}, of the test set ${b.dtype}${showShape(b.shape)}`,
      { place: test.name, mend: 'Give both sets the same fields.' },
    );
  }
}
