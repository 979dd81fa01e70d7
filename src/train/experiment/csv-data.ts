import type { JsonSchema } from '../../base/json-schema.ts';
import {
  flag,
  list,
  named,
  nested,
  number,
  type OptionSpec,
  type OptionSpecs,
  oneOf,
  optional,
  path,
  text,
} from '../../base/option-spec.ts';
import type { ColumnName, CsvTarget } from '../../data/csv-columns.ts';
import type { CsvTargets } from '../../data/from-csv.ts';
import { type HeldOut, testSpec } from './held-out.ts';
import { type InputScaling, inputScalingOptions } from './input-scaling.ts';

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

const columnForms = 'the name of a column, or its number from 0 (−1 is the last)';
const columnNumber = number({ integer: true });
const columnName = text(columnForms);
const column: OptionSpec<ColumnName> = {
  read: (place, name, value) =>
    typeof value === 'number' ? columnNumber.read(place, name, value) : columnName.read(place, name, value),
  schema: { anyOf: [columnName.schema, columnNumber.schema], $comment: columnForms },
};
const columns = list(column, 'a list of columns, such as ["width", "length"]');
const columnOrColumns: OptionSpec<ColumnName | readonly ColumnName[]> = {
  read: (place, name, value) =>
    Array.isArray(value) ? columns.read(place, name, value) : column.read(place, name, value),
  schema: { anyOf: [column.schema, columns.schema], $comment: `${columnForms}, or a list of them` },
};
const kind = oneOf(['classes', 'numbers']);
const classNames = list(text(), 'the classes, each once, in the order of their numbers', { distinct: true });

const csvTarget: OptionSpec<CsvTarget> = nested({
  column: columnOrColumns,
  kind: optional(kind),
  classNames: optional(classNames),
});
const isColumn = (value: unknown) => typeof value !== 'object' || value === null || Array.isArray(value);
const targets: OptionSpec<CsvTargets> = named(
  {
    read: (place, name, value) => (isColumn(value) ? columnOrColumns : csvTarget).read(place, name, value),
    schema: { anyOf: [columnOrColumns.schema, csvTarget.schema] },
  },
  'a column for each output: { "species": "kind", "size": ["width", "length"] }',
  1,
);

export const csvDataOptions = {
  csv: path,
  target: optional(columnOrColumns),
  targets: optional(targets),
  weights: optional(column),
  inputs: optional(columns),
  targetKind: optional(kind),
  classNames: optional(classNames),
  header: optional(flag),
  delimiter: optional(text('one character, such as ";"')),
  test: optional(testSpec),
  ...inputScalingOptions,
} satisfies OptionSpecs;

/** What JSON Schema says of targets together: one, or several with what belongs to each in its place. */
export const csvDataForms: JsonSchema = {
  oneOf: [{ required: ['target'] }, { required: ['targets'], properties: { targetKind: false, classNames: false } }],
};
