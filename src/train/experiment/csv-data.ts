import { checkPath } from '../../base/options.ts';
import type { ColumnName } from '../../data/csv-columns.ts';
import { type CsvTargets, checkTargetOptions } from '../../data/from-csv.ts';
import type { HeldOut } from './held-out.ts';
import { type InputScaling, inputScalingKeys, readInputScaling } from './input-scaling.ts';

/** A table in a CSV file. */
export interface CsvData extends InputScaling {
  readonly csv: string;
  /** Give this or `targets`. */
  readonly target?: ColumnName | readonly ColumnName[];
  /** Columns of several targets, by the names of the model's outputs. */
  readonly targets?: CsvTargets;
  /** The column that says how much each example counts in the loss. */
  readonly weights?: ColumnName;
  readonly inputs?: readonly ColumnName[];
  readonly targetKind?: 'classes' | 'numbers';
  readonly classNames?: readonly string[];
  readonly header?: boolean;
  readonly delimiter?: string;
  /** The test set: another file with the same columns, or a part of this one, drawn at random. */
  readonly test?: string | HeldOut;
}

export const csvDataKeys = [
  ...([
    'csv',
    'target',
    'targets',
    'weights',
    'inputs',
    'targetKind',
    'classNames',
    'header',
    'delimiter',
    'test',
  ] as const),
  ...inputScalingKeys,
] as const;

/** All but `test`. */
export function readCsvData(place: string, given: Readonly<Record<string, unknown>>): CsvData {
  checkPath(place, 'csv', given.csv);
  checkTargetOptions(place, given);
  readInputScaling(place, given);
  return given as unknown as CsvData;
}
