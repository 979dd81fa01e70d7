import {
  flag,
  list,
  nested,
  number,
  type OptionSpec,
  type OptionSpecs,
  oneOf,
  optional,
  optionsSchema,
  path,
  record,
  text,
} from '../../base/option-spec.ts';
import type { ColumnName } from '../../data/csv-columns.ts';
import { type CsvTargets, checkTargetOptions } from '../../data/from-csv.ts';
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
const target: OptionSpec<ColumnName | readonly ColumnName[]> = {
  read: (place, name, value) =>
    Array.isArray(value) ? columns.read(place, name, value) : column.read(place, name, value),
  schema: { anyOf: [column.schema, columns.schema], $comment: `${columnForms}, or a list of them` },
};

const targetKind = oneOf(['classes', 'numbers']);
const classNames = list(text(), 'the classes, each once, in the order of their numbers', { distinct: true });
const longTarget = nested({ column: target, kind: optional(targetKind), classNames: optional(classNames) });
const oneOfSeveral: OptionSpec<CsvTargets[string]> = {
  read: (place, name, value) =>
    typeof value === 'object' && !Array.isArray(value)
      ? (longTarget.read(place, name, value) as CsvTargets[string])
      : target.read(place, name, value),
  schema: { anyOf: [target.schema, longTarget.schema] },
};
const targets = record(oneOfSeveral, 'a column for each output: { species: "kind", size: ["width", "length"] }');

const common = {
  weights: optional(column),
  inputs: optional(columns),
  header: optional(flag),
  delimiter: optional(text('one character, such as ";"')),
  test: optional(testSpec),
  ...inputScalingOptions,
} satisfies OptionSpecs;
const ofOneTarget = { targetKind: optional(targetKind), classNames: optional(classNames) } satisfies OptionSpecs;

export const csvDataOptions = {
  csv: path,
  target: optional(target),
  targets: optional(targets),
  ...ofOneTarget,
  ...common,
} satisfies OptionSpecs;

/** With one target, or with several. */
export const csvDataSchemas = [
  optionsSchema({ csv: path, target, ...ofOneTarget, ...common }),
  optionsSchema({ csv: path, targets, ...common }),
];

/** Refuses options that do not go together. */
export function checkCsvData(data: CsvData): void {
  checkTargetOptions('', data);
}
