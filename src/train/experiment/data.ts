/** The data of an experiment: which forms there are. */

import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { optionsSchema, readBy, readOptions } from '../../base/option-spec.ts';
import { checkOptionNames } from '../../base/options.ts';
import { shown } from '../../base/shown.ts';
import type { Dataset } from '../../data/dataset.ts';
import { checkTargetOptions } from '../../data/from-csv.ts';
import { type CsvData, csvDataForms, csvDataOptions } from './csv-data.ts';
import { type ImageFolderData, imageFolderDataOptions } from './image-folder-data.ts';
import { inCode } from './in-code.ts';
import { checkInputScaling, type InputScaling } from './input-scaling.ts';
import { type PublishedData, publishedDataOptions } from './published-data.ts';
import { type TextData, textDataOptions } from './text-data.ts';

/** Sets made in code; a run records their names only. */
export interface GivenData {
  readonly training: Dataset;
  readonly validation?: Dataset;
  readonly test?: Dataset;
}

export type ExperimentData = PublishedData | CsvData | TextData | ImageFolderData | GivenData;

/** The forms of data by the key that each of them has, and no other. */
const forms = {
  set: publishedDataOptions,
  csv: csvDataOptions,
  text: textDataOptions,
  images: imageFolderDataOptions,
} as const;

/** Whether the sets were made in code. */
export function isGivenData(data: ExperimentData): data is GivenData {
  return 'training' in data;
}

function readData(value: unknown): ExperimentData {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  if ('training' in given) {
    checkOptionNames('', given, ['training', 'validation', 'test']);
    const sets = Object.entries(given).filter(([, set]) => set !== undefined);
    for (const [, set] of sets) {
      if (typeof (set as Partial<Dataset> | null)?.copy !== 'function') throw inCode('the data is a set');
    }
    return Object.freeze(Object.fromEntries(sets)) as unknown as GivenData;
  }
  const names = Object.keys(forms) as (keyof typeof forms)[];
  const form = names.find((key) => key in given);
  if (form === undefined) {
    throw new OptionError('option/form', `data is ${shown(value)}`, {
      mend: 'Give { "set": "fashion-mnist" }, { "csv": "table.csv", "target": "price" }, { "text": "file.txt", "length": 64 } or { "images": "folder", "size": [32, 32] }.',
    });
  }
  const data = readOptions('', forms[form], given) as ExperimentData;
  if ('csv' in data) checkTargetOptions('', data);
  checkInputScaling(data as InputScaling);
  return frozen(data);
}

/** An option that is the data of an experiment. */
export const dataSpec = readBy(readData, {
  anyOf: Object.entries(forms).map(([form, options]) => ({
    ...optionsSchema(options),
    ...(form === 'csv' ? csvDataForms : {}),
  })),
  $comment: 'one of { "set": … }, { "csv": … }, { "text": … } and { "images": … }',
});
