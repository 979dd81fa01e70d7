/** Text files on disk, compressed or not. */

import { readDecompressed } from '../format/read-bytes.node.ts';
import { decodeUtf8 } from '../format/utf8.ts';
import { fromText, type TextDataset, type TextOptions } from './from-text.ts';

/**
 * Reads a text file (UTF-8; gzip is recognised by content) into a data set for predicting the next character.
 *
 * @throws as `fromText`; DataError where the file is missing, corrupt or no UTF-8, with the first byte that is none.
 * @example
 * const sonnets = await readText('sonnets.txt', { length: 64 });
 */
export async function readText(path: string, options: TextOptions): Promise<TextDataset> {
  const text = decodeUtf8(await readDecompressed(path), path);
  return fromText(text, { source: `the file ${path}`, ...options });
}
