/** A data set from a table of text: numeric inputs, and numbers or class labels as the target. */

import { DataError, OptionError } from '../base/errors.ts';
import { suggestion } from '../base/nearest.ts';
import { checkOneOf, checkOptionNames } from '../base/options.ts';
import type { Dataset } from './dataset.ts';
import { type CsvFormat, type CsvRow, type CsvTable, isNumeric, parseCsv } from './format/csv.ts';
import { fromArrays } from './from-arrays.ts';

/** A column by name or by 0-based index; −1 is the last one. */
export type ColumnName = string | number;

export interface CsvOptions extends CsvFormat {
  readonly target: ColumnName | readonly ColumnName[];
  /** Input columns, in this order. Default: all but the target. */
  readonly inputs?: readonly ColumnName[];
  /**
   * Whether the target is a class label (any text, one column) or numbers. Default: classes where no cell of a single
   * target column is a number, else numbers.
   */
  readonly targetKind?: 'classes' | 'numbers';
  /** The classes in the order of their indices. Default: those that occur, sorted, integers by value. */
  readonly classNames?: readonly string[];
  readonly name?: string;
  readonly source?: string;
}

const OPTION_NAMES = ['target', 'inputs', 'targetKind', 'classNames', 'name', 'source', 'header', 'delimiter'] as const;
const MISSING = ['', '?', 'na', 'n/a', 'nan', 'null'];

function columnIndex(table: CsvTable, column: ColumnName, option: string): number {
  const { columns } = table;
  const index = typeof column === 'number' ? column + (column < 0 ? columns.length : 0) : columns.indexOf(column);
  if (Number.isInteger(index) && index >= 0 && index < columns.length) return index;
  throw new OptionError('data/csv-column', `there is no column ${JSON.stringify(column)}`, {
    place: `fromCsv({ ${option} })`,
    mend:
      typeof column === 'number'
        ? `Columns are 0 to ${columns.length - 1}, or −${columns.length} to −1 from the end.`
        : suggestion(column, columns),
  });
}

function isMissing(cell: string): boolean {
  return MISSING.includes(cell.trim().toLowerCase());
}

function refuse(
  code: string,
  message: string,
  table: CsvTable,
  row: CsvRow,
  column: number,
  file: string,
  mend: string,
) {
  return new DataError(code, message, { place: `${file}, row ${row.row}, column "${table.columns[column]}"`, mend });
}

function numbers(table: CsvTable, columns: readonly number[], file: string): Float32Array {
  const values = new Float32Array(table.rows.length * columns.length);
  let filled = 0;
  for (const row of table.rows) {
    for (const column of columns) {
      const cell = row.cells[column]!;
      const value = isNumeric(cell) ? Math.fround(Number(cell)) : Number.NaN;
      if (!Number.isFinite(value)) {
        const [code, message, mend] = isMissing(cell)
          ? ['data/csv-missing', `the value is missing (${JSON.stringify(cell)})`, 'Fill it in, or leave the row out.']
          : isNumeric(cell)
            ? ['data/csv-number', `${cell.trim()} is beyond float32`, 'Scale the column.']
            : ['data/csv-number', `${JSON.stringify(cell)} is no number`, 'Leave the column out, or mend the cell.'];
        throw refuse(code, message, table, row, column, file, mend);
      }
      values[filled++] = value;
    }
  }
  return values;
}

function sortedClasses(cells: ReadonlySet<string>): string[] {
  const all = [...cells];
  const integers = all.every((cell) => /^[+-]?\d+$/.test(cell));
  return integers ? all.sort((a, b) => Number(a) - Number(b)) : all.sort();
}

function labels(table: CsvTable, column: number, given: readonly string[] | undefined, file: string) {
  for (const row of table.rows) {
    if (isMissing(row.cells[column]!) && !given?.includes(row.cells[column]!.trim())) {
      const message = `the class label is missing (${JSON.stringify(row.cells[column])})`;
      throw refuse('data/csv-missing', message, table, row, column, file, 'Fill it in, or leave the row out.');
    }
  }
  const classNames = given ?? sortedClasses(new Set(table.rows.map((row) => row.cells[column]!.trim())));
  const indices = new Map(classNames.map((name, i) => [name, i]));
  const values = Int32Array.from(table.rows, (row) => {
    const cell = row.cells[column]!.trim();
    const index = indices.get(cell);
    if (index !== undefined) return index;
    const message = `${JSON.stringify(cell)} is none of the ${classNames.length} classes`;
    throw refuse('data/label', message, table, row, column, file, suggestion(cell, classNames));
  });
  return { values, classNames };
}

/**
 * A data set from CSV text. `file` names it in errors.
 *
 * @throws OptionError for unknown options or columns; DataError with the 1-based row (header counted) and the column for
 * text or a missing value where a number belongs, a label outside `classNames`, or a ragged row.
 * @example
 * fromCsv('width,length,kind\n0.2,1.4,setosa\n1.8,5.1,virginica\n', 'iris.csv', { target: 'kind' })
 */
export function fromCsv(text: string, file: string, options: CsvOptions): Dataset {
  const place = 'fromCsv';
  checkOptionNames(place, options, OPTION_NAMES);
  const { header, delimiter, classNames, name = file, source = `the file ${file}` } = options;
  const table = parseCsv(text, file, {
    ...(header === undefined ? {} : { header }),
    ...(delimiter === undefined ? {} : { delimiter }),
  });
  const wanted: readonly ColumnName[] =
    typeof options.target === 'object' ? options.target : [options.target satisfies ColumnName];
  const targets = wanted.map((column) => columnIndex(table, column, 'target'));
  const inputs =
    options.inputs === undefined
      ? table.columns.map((_, i) => i).filter((i) => !targets.includes(i))
      : options.inputs.map((column) => columnIndex(table, column, 'inputs'));
  if (inputs.length === 0 || targets.length === 0) {
    throw new OptionError('data/csv-column', `${inputs.length} input and ${targets.length} target columns`, {
      place,
      mend: 'Give at least one of each.',
    });
  }

  const text0 = targets.length === 1 && table.rows.every((row) => !isNumeric(row.cells[targets[0]!]!));
  const guess = text0 || classNames !== undefined ? 'classes' : 'numbers';
  const targetKind = checkOneOf(place, 'targetKind', options.targetKind ?? guess, ['classes', 'numbers']);
  if (targetKind === 'classes' && targets.length !== 1) {
    throw new OptionError('data/csv-column', `class labels in ${targets.length} columns`, {
      place,
      mend: 'Name one target column.',
    });
  }
  const input = { input: numbers(table, inputs, file), inputShape: [inputs.length], name, source };
  if (targetKind === 'classes') {
    const found = labels(table, targets[0]!, classNames, file);
    return fromArrays({ ...input, target: found.values, classNames: found.classNames });
  }
  const targetShape = typeof options.target === 'object' ? [targets.length] : [];
  return fromArrays({ ...input, target: numbers(table, targets, file), targetShape });
}
