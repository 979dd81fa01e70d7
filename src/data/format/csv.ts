/** Comma-separated text as a table of strings. Papa Parse does the quoting; rows are counted and checked here. */

import Papa from 'papaparse';
import { DataError, OptionError } from '../../base/errors.ts';
import { checkOptionNames } from '../../base/options.ts';

/** How a CSV file is written. */
export interface CsvFormat {
  /** The first line holds the names of the columns. Default true. */
  readonly header?: boolean;
  /** One character between the cells. Default a comma. */
  readonly delimiter?: string;
}

export interface CsvRow {
  /** 1-based row of the file, header and blank lines counted: the line number, unless a quoted cell spans lines. */
  readonly row: number;
  readonly cells: readonly string[];
}

export interface CsvTable {
  /** Names from the header, or `column 1`, `column 2`, …. */
  readonly columns: readonly string[];
  readonly rows: readonly CsvRow[];
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Whether a cell is written as a decimal number; `0x10`, `1,5` and `NaN` are not. */
export function isNumeric(cell: string): boolean {
  return NUMBER.test(cell.trim());
}

function columnNames(cells: readonly string[], file: string): string[] {
  const names = cells.map((cell, i) => cell.trim() || `column ${i + 1}`);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new DataError('data/csv-header', `two columns are named "${twice}"`, {
      place: `${file}, row 1`,
      mend: 'Rename one, or give { header: false } if the first line is data.',
    });
  }
  if (names.every(isNumeric)) {
    throw new DataError('data/csv-header', 'the first line holds only numbers, so it is no header', {
      place: `${file}, row 1`,
      mend: 'Give { header: false }.',
    });
  }
  return names;
}

/**
 * Splits CSV text into cells. Blank lines are skipped, but counted.
 *
 * @throws DataError naming the row for a quote that is never closed, a row with more or fewer cells than the first one,
 * a header with a name twice or with nothing but numbers, and for text without a row of data.
 */
export function parseCsv(text: string, file: string, format: CsvFormat = {}): CsvTable {
  checkOptionNames('parseCsv', format, ['header', 'delimiter']);
  const { header = true, delimiter = ',' } = format;
  if (delimiter.length !== 1 || Papa.BAD_DELIMITERS.includes(delimiter)) {
    throw new OptionError('data/csv-delimiter', `delimiter is ${JSON.stringify(delimiter)}`, {
      place: 'parseCsv',
      mend: 'Give one character that is no quote, line end or byte order mark.',
    });
  }
  const parsed = Papa.parse<string[]>(text, { delimiter });
  const [broken] = parsed.errors;
  if (broken !== undefined) {
    const row = (broken.row ?? 0) + 1;
    const why = broken.code === 'MissingQuotes' ? 'a quoted cell never ends' : 'there is text after a closing quote';
    throw new DataError('data/csv-quote', why, {
      place: `${file}, row ${row}`,
      mend: 'Write "" for a quote in a cell.',
    });
  }
  const rows: CsvRow[] = [];
  parsed.data.forEach((cells, i) => {
    if (cells.length > 1 || cells[0]!.trim() !== '') rows.push({ row: i + 1, cells });
  });
  const first = rows[0];
  for (const { row, cells } of rows) {
    if (cells.length === first!.cells.length) continue;
    const message = `${cells.length} cells where row ${first!.row} has ${first!.cells.length}`;
    throw new DataError('data/csv-ragged', message, {
      place: `${file}, row ${row}`,
      mend: 'Give every row the same columns, and quote cells that hold the delimiter.',
    });
  }
  const columns =
    header && first !== undefined
      ? columnNames(first.cells, file)
      : (first?.cells ?? []).map((_, i) => `column ${i + 1}`);
  const data = header ? rows.slice(1) : rows;
  if (data.length === 0) {
    throw new DataError('data/empty', 'there is no row of data', { place: file, mend: 'Check the path and `header`.' });
  }
  return { columns, rows: data };
}
