/** Decompression with what Node and browsers both have built in. */

import { DataError } from '../../base/errors.ts';

/** Whether bytes begin as a gzip file does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The error of both decompressors. */
export function gzipError(bytes: Uint8Array, file: string, cause: unknown): DataError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DataError('data/gzip', `${bytes.length} bytes do not decompress as gzip: ${why}`, {
    place: file,
    mend: 'The file is damaged: fetch it again.',
    cause,
  });
}

/** The decompressed bytes of a gzip file. Throws a `DataError` naming `file` where it is truncated or corrupt. */
export async function gunzip(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  try {
    const part = bytes as Uint8Array<ArrayBuffer>;
    const stream = new Blob([part]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (cause) {
    throw gzipError(bytes, file, cause);
  }
}
