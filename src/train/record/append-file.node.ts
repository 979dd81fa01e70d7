/** A file that grows by whole pieces: a log. What a failed write left of a piece is taken back. */

import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { DataError } from '../../base/errors.ts';
import { storing } from '../write-whole.node.ts';

/** A log that is open for writing. */
export interface AppendFile {
  readonly path: string;
  /** Adds a piece: all of it, or nothing. */
  append(piece: Uint8Array | string): void;
  /** Its bytes so far. */
  length(): number;
  /** Cuts the file to its first bytes. Throws a DataError where it has fewer. */
  truncate(to: number): void;
  /** Returns when what was appended is on the disk. */
  sync(): void;
  close(): void;
}

/** Opens a log for appending; makes it where it is missing. Throws a StorageError where the system refuses to write. */
export function openAppendFile(path: string): AppendFile {
  const file = storing(path, () => openSync(path, 'a'));
  let length = fstatSync(file).size;
  let open = true;
  const takeBack = () => {
    try {
      ftruncateSync(file, length);
    } catch {
      // The first error is the one to tell; readers forgive a torn last record.
    }
  };
  return {
    path,
    append(piece) {
      const bytes = typeof piece === 'string' ? new TextEncoder().encode(piece) : piece;
      storing(path, () => {
        try {
          for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
        } catch (error) {
          takeBack();
          throw error;
        }
      });
      length += bytes.length;
    },
    length: () => length,
    truncate(to) {
      if (to > length) {
        throw new DataError('data/log-length', `the log has ${length} bytes, and ${to} of them are to be kept`, {
          place: path,
          mend: 'It was shortened since: put it back as it was.',
        });
      }
      storing(path, () => ftruncateSync(file, to));
      length = to;
    },
    sync: () => storing(path, () => fsyncSync(file)),
    close() {
      if (open) closeSync(file);
      open = false;
    },
  };
}
