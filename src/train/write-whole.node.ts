/** Files that are there whole or not at all, and what is said where the system refuses to write. */

import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { DolinaError, StorageError } from '../base/errors.ts';

/** Writes a file and brings it to disk. */
export function writeSynced(path: string, contents: string | Uint8Array): void {
  const file = openSync(path, 'w');
  try {
    writeFileSync(file, contents);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Brings the names in a folder to disk; not every system lets one. */
export function syncFolder(path: string): void {
  let folder: number;
  try {
    folder = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    fsyncSync(folder);
  } catch {
    // Windows refuses; it orders renames by itself.
  } finally {
    closeSync(folder);
  }
}

/** Writes beside the target, syncs, and renames: a reader sees the old file or the new, never half of one. */
export function writeWhole(path: string, contents: string | Uint8Array): void {
  const aside = `${path}.partial`;
  storing(path, () => {
    try {
      writeSynced(aside, contents);
    } catch (error) {
      rmSync(aside, { force: true });
      throw error;
    }
    renameSync(aside, path);
    syncFolder(dirname(path));
  });
}

const reasons: Readonly<Record<string, readonly [what: string, mend: string]>> = {
  ENOSPC: ['the disk is full', 'Make room, and resume the run.'],
  EDQUOT: ['the quota is used up', 'Make room, and resume the run.'],
  EACCES: ['it may not be written here', 'Name another folder with --out, or change its permissions.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Name another folder with --out.'],
  EROFS: ['the file system is read-only', 'Name another folder with --out.'],
};

/** Does what writes to `path`; where the system refuses, throws a StorageError that says so in plain words. */
export function storing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (cause) {
    if (cause instanceof DolinaError || !(cause instanceof Error) || !('code' in cause)) throw cause;
    const [what, mend] = reasons[String(cause.code)] ?? [cause.message, 'Mend that, and resume the run.'];
    throw new StorageError('storage/write', `nothing can be written: ${what}`, { place: path, mend, cause });
  }
}
