/** Files from disk, decompressed where their first bytes say gzip, with errors that a reader can act on. */

import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DataError } from '../../base/errors.ts';
import { gzipError, isGzip } from './gzip.ts';

// Three to four times as fast as DecompressionStream in Node 20, and off the main thread.
const decompress = promisify<Uint8Array, Uint8Array>(gunzip);

/** The bytes of a file. Throws a `DataError` (`data/missing`) where it cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path);
    return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `the file cannot be read: ${message}`;
    throw new DataError('data/missing', why, { place: path, mend: 'Check the path.', cause });
  }
}

/** As `readBytes`, decompressed where the content (whatever its name) is gzip. */
export async function readDecompressed(path: string): Promise<Uint8Array> {
  const bytes = await readBytes(path);
  return isGzip(bytes) ? decompressed(bytes, path) : bytes;
}

/** As `gunzip`, by Node's own zlib. Throws a `DataError` naming `file` where the bytes are truncated or corrupt. */
export async function decompressed(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  try {
    return await decompress(bytes);
  } catch (cause) {
    throw gzipError(bytes, file, cause);
  }
}
