/** The data of an experiment: which forms there are. */

import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { checkObject, checkOptionNames, checkPath } from '../../base/options.ts';
import type { Dataset } from '../../data/dataset.ts';
import { type CsvData, csvDataKeys, readCsvData } from './csv-data.ts';
import { readHeldOut } from './held-out.ts';
import { type ImageFolderData, imageFolderDataKeys, readImageFolderData } from './image-folder-data.ts';
import { inCode } from './in-code.ts';
import { type PublishedData, publishedDataKeys, readPublishedData } from './published-data.ts';
import { readTextData, type TextData, textDataKeys } from './text-data.ts';

/** Sets made in code; a run records their names only. */
export interface GivenData {
  readonly training: Dataset;
  readonly validation?: Dataset;
  readonly test?: Dataset;
}

export type ExperimentData = PublishedData | CsvData | TextData | ImageFolderData | GivenData;

/** The forms of data by the key that each of them has, and no other. */
const forms = {
  set: { keys: publishedDataKeys, read: readPublishedData },
  csv: { keys: csvDataKeys, read: readCsvData },
  text: { keys: textDataKeys, read: readTextData },
  images: { keys: imageFolderDataKeys, read: readImageFolderData },
} as const;

const givenKeys = ['training', 'validation', 'test'] as const;

/** Whether the sets were made in code. */
export function isGivenData(data: ExperimentData): data is GivenData {
  return 'training' in data;
}

function formOf(data: object): keyof typeof forms | undefined {
  return (Object.keys(forms) as (keyof typeof forms)[]).find((key) => key in data);
}

/** The keys that data of this form may have. */
export function dataKeys(data: object): readonly string[] {
  const form = formOf(data);
  return form === undefined ? givenKeys : forms[form].keys;
}

export function readData(value: unknown): ExperimentData {
  const place = 'experiment: data';
  const given = checkObject(
    'experiment',
    'data',
    value,
    '{ "set": "fashion-mnist" } or { "csv": "table.csv", "target": "price" }',
  );
  if ('training' in given) {
    checkOptionNames(place, given, givenKeys);
    const sets = Object.entries(given).filter(([, set]) => set !== undefined);
    for (const [, set] of sets) {
      if (typeof (set as Partial<Dataset> | null)?.copy !== 'function') throw inCode('the data is a set');
    }
    return Object.freeze(Object.fromEntries(sets)) as unknown as GivenData;
  }
  const form = formOf(given);
  if (form === undefined) {
    throw new OptionError('option/form', `data is ${JSON.stringify(given)}`, {
      place: 'experiment',
      mend: 'Give { "set": "fashion-mnist" }, { "csv": "table.csv", "target": "price" }, { "text": "file.txt", "length": 64 } or { "images": "folder", "size": [32, 32] }.',
    });
  }
  checkOptionNames(place, given, forms[form].keys);
  const data = forms[form].read(place, given);
  const { test } = given;
  if (test === undefined) return frozen(data);
  const held = typeof test === 'object' ? readHeldOut('data.test', test) : checkPath(place, 'test', test);
  return frozen({ ...data, test: held } as ExperimentData);
}
