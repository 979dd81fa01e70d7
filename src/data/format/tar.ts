/**
 * Tar archives, read as one piece: a header of 512 bytes before each file, its content padded to 512, two blocks of
 * zeros at the end. ustar (POSIX.1-1988) and what GNU tar and pax make of it, as far as archives of data need it.
 */

import { DataError } from '../../base/errors.ts';

const BLOCK = 512;
const again = 'The file is damaged: fetch it again.';

/** Text up to the first zero byte. */
function text(bytes: Uint8Array, begin: number, length: number): string {
  const field = bytes.subarray(begin, begin + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

/** A number written in octal digits; NaN where there is something else. */
function octal(bytes: Uint8Array, begin: number, length: number): number {
  const digits = text(bytes, begin, length).trim();
  return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
}

/** The sum of the header's bytes, its own field counted as spaces. */
function headerSum(header: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : header[i]!;
  return sum;
}

/** The path that an extended header gives the entry after it: GNU's long name, or the `path` of POSIX's records. */
function longPath(kind: string, content: Uint8Array): string | undefined {
  if (kind === 'L') return text(content, 0, content.length);
  return kind === 'x' ? /^\d+ path=(.*)$/m.exec(text(content, 0, content.length))?.[1] : undefined;
}

/**
 * The regular files of a tar archive by path, each a view on the bytes given. Folders and links are passed over.
 *
 * @throws DataError `data/tar`, with the byte at which it is: a header whose checksum is wrong, a size that is none, an
 * archive that ends early.
 */
export function readTar(bytes: Uint8Array, file: string): ReadonlyMap<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const fail = (message: string) => new DataError('data/tar', message, { place: file, mend: again });
  let long: string | undefined;
  for (let at = 0; ; ) {
    if (at + BLOCK > bytes.length) throw fail(`${bytes.length} bytes end before the mark of the archive's end`);
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    if (octal(header, 148, 8) !== headerSum(header)) {
      throw fail(`the 512 bytes at ${at} are no header of a tar archive: their checksum is wrong`);
    }
    const size = octal(header, 124, 12);
    if (Number.isNaN(size)) throw fail(`the header at byte ${at} gives no size`);
    const begin = at + BLOCK;
    const short = text(header, 0, 100);
    // Only POSIX has a prefix there; GNU tar keeps times in it.
    const prefix = text(header, 257, 6) === 'ustar' ? text(header, 345, 155) : '';
    const path = long ?? (prefix === '' ? short : `${prefix}/${short}`);
    if (begin + size > bytes.length) {
      throw fail(`${path} is said to have ${size} bytes, and the archive ends after ${bytes.length - begin} of them`);
    }
    const kind = String.fromCharCode(header[156]!);
    const content = bytes.subarray(begin, begin + size);
    if (kind === '0' || kind === '\0') files.set(path, content);
    long = longPath(kind, content);
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
}
