/** IDX files on disk, compressed or not. */

import { type IdxArray, parseIdx } from './format/idx.ts';
import { readDecompressed } from './format/read-bytes.node.ts';

/**
 * Reads an IDX file; gzip is recognised by content.
 *
 * @throws DataError naming the file where it is missing, truncated or corrupt.
 * @example
 * const images = await readIdx('train-images-idx3-ubyte.gz');   // { shape: [60000, 28, 28], values: Uint8Array }
 */
export async function readIdx(path: string): Promise<IdxArray> {
  return parseIdx(await readDecompressed(path), path);
}
