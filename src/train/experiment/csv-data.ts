import {
  flag,
  list,
  number,
  type OptionSpec,
  type OptionSpecs,
  oneOf,
  optional,
  path,
  text,
} from '../../base/option-spec.ts';
import type { ColumnName } from '../../data/from-csv.ts';
import { type HeldOut, testSpec } from './held-out.ts';
import { type InputScaling, inputScalingOptions } from './input-scaling.ts';

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

const columnForms = 'the name of a column, or its number from 0 (−1 is the last)';
const columnNumber = number({ integer: true });
const columnName = text(columnForms);
const column: OptionSpec<ColumnName> = {
  read: (place, name, value) =>
    typeof value === 'number' ? columnNumber.read(place, name, value) : columnName.read(place, name, value),
  schema: { anyOf: [columnName.schema, columnNumber.schema], $comment: columnForms },
};
const columns = list(column, 'a list of columns, such as ["width", "length"]');
const target: OptionSpec<ColumnName | readonly ColumnName[]> = {
  read: (place, name, value) =>
    Array.isArray(value) ? columns.read(place, name, value) : column.read(place, name, value),
  schema: { anyOf: [column.schema, columns.schema], $comment: `${columnForms}, or a list of them` },
};

export const csvDataOptions = {
  csv: path,
  target,
  inputs: optional(columns),
  targetKind: optional(oneOf(['classes', 'numbers'])),
  classNames: optional(list(text(), 'the classes, each once, in the order of their numbers', { distinct: true })),
  header: optional(flag),
  delimiter: optional(text('one character, such as ";"')),
  test: optional(testSpec),
  ...inputScalingOptions,
} satisfies OptionSpecs;
