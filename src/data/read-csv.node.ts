/** CSV files on disk, compressed or not. */

import type { Dataset } from './dataset.ts';
import { readDecompressed } from './format/read-bytes.node.ts';
import { decodeUtf8 } from './format/utf8.ts';
import { type CsvOptions, fromCsv } from './from-csv.ts';

/**
 * Reads a CSV file (UTF-8; gzip is recognised by content) into a data set.
 *
 * @throws as `fromCsv`; DataError where the file is missing, corrupt or no UTF-8.
 * @example
 * const houses = await readCsv('houses.csv', { target: 'price', inputs: ['rooms', 'area'] });
 */
export async function readCsv(path: string, options: CsvOptions): Promise<Dataset> {
  return fromCsv(decodeUtf8(await readDecompressed(path), path), path, options);
}
