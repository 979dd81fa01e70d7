/** CSV files on disk, compressed or not. */

import { DataError } from '../base/errors.ts';
import type { Dataset } from './dataset.ts';
import { readDecompressed } from './format/read-bytes.node.ts';
import { type CsvOptions, fromCsv } from './from-csv.ts';

/**
 * Reads a CSV file (UTF-8; gzip is recognised by content) into a data set.
 *
 * @throws as `fromCsv`; DataError where the file is missing, corrupt or no UTF-8.
 * @example
 * const houses = await readCsv('houses.csv', { target: 'price', inputs: ['rooms', 'area'] });
 */
export async function readCsv(path: string, options: CsvOptions): Promise<Dataset> {
  const bytes = await readDecompressed(path);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataError('data/encoding', `the ${bytes.length} bytes are no UTF-8 text`, {
      place: path,
      mend: 'Save the file as UTF-8.',
      cause,
    });
  }
  return fromCsv(text, path, options);
}
