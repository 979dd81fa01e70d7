/** Bytes as UTF-8 text, with the place of the first byte that is none. */

import { DataError } from '../../base/errors.ts';

function decodes(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}

/** How many bytes are good; all of them where the text only ends within a character. */
function goodBytes(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  return good;
}

/**
 * The text that the bytes are; a byte order mark at the front is left out.
 *
 * @throws DataError `data/encoding` with the first byte that is no UTF-8, and its line.
 */
export function decodeUtf8(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const good = goodBytes(bytes);
    const line = bytes.subarray(0, good).reduce((count, byte) => count + (byte === 10 ? 1 : 0), 1);
    const what =
      good === bytes.length
        ? 'the text ends within a character'
        : `byte ${good} (counted from 0, 0x${bytes[good]!.toString(16).padStart(2, '0')}), in line ${line}, is no UTF-8`;
    throw new DataError('data/encoding', what, { place: file, mend: 'Save the file as UTF-8.', cause });
  }
}
