/** Columns of a table of text: found by name, read as numbers or as class labels. */

import { DataError, OptionError } from '../base/errors.ts';
import { suggestion } from '../base/nearest.ts';
import { checkOneOf } from '../base/options.ts';
import type { TargetOptions } from './array-field.ts';
import { type CsvRow, type CsvTable, isNumeric } from './format/csv.ts';

/** A column by name or by 0-based index; −1 is the last one. */
export type ColumnName = string | number;

/** What is read as a target. */
export interface CsvTarget {
  /** A column, or several for a row of numbers. */
  readonly column: ColumnName | readonly ColumnName[];
  /**
   * Whether it is a class label (any text, one column) or numbers. Default: classes where no cell of a single column is a
   * number, else numbers.
   */
  readonly kind?: 'classes' | 'numbers';
  /** The classes in the order of their indices. Default: those that occur, sorted, integers by value. */
  readonly classNames?: readonly string[];
}

const MISSING = ['', '?', 'na', 'n/a', 'nan', 'null'];

export function columnIndex(table: CsvTable, column: ColumnName, option: string): number {
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

export function numberColumns(table: CsvTable, columns: readonly number[], file: string): Float32Array {
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

/** The columns of a target, and its values as `fromArrays` takes them. */
export function readTarget(
  table: CsvTable,
  { column, kind, classNames }: CsvTarget,
  file: string,
  place: string,
  option: string,
): { readonly columns: readonly number[]; readonly target: TargetOptions } {
  const wanted: readonly ColumnName[] = typeof column === 'object' ? column : [column];
  const columns = wanted.map((one) => columnIndex(table, one, option));
  const text = columns.length === 1 && table.rows.every((row) => !isNumeric(row.cells[columns[0]!]!));
  const guess = text || classNames !== undefined ? 'classes' : 'numbers';
  const kindName = option === 'target' ? 'targetKind' : 'kind';
  if (checkOneOf(place, kindName, kind ?? guess, ['classes', 'numbers']) === 'classes') {
    if (columns.length !== 1) {
      throw new OptionError('data/csv-column', `class labels in ${columns.length} columns`, {
        place,
        mend: 'Name one target column.',
      });
    }
    return { columns, target: labels(table, columns[0]!, classNames, file) };
  }
  const shape = typeof column === 'object' ? [columns.length] : [];
  return { columns, target: { values: numberColumns(table, columns, file), shape } };
}
