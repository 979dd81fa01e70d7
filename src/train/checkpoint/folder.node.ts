/**
 * A folder of checkpoints, each `step-<n>/` with state.json and training.safetensors, and two files with the names of the
 * `latest` and the `best` one. A checkpoint is written aside, synced to disk and renamed: it is there whole, or not at
 * all, whenever the machine stops. What is read back is checked against its checksums.
 */

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../../base/errors.ts';
import type { LogLengths } from '../record/log-lengths.ts';
import { decodeSafetensors, encodeSafetensors } from '../safetensors.ts';
import { storing, syncFolder, writeSynced, writeWhole } from '../write-whole.node.ts';
import type { Checkpoint } from './checkpoint.ts';
import { damaged, formatManifest, type Manifest, parseManifest } from './manifest.ts';
import type { CheckpointStore } from './store.ts';

const tensorsFile = 'training.safetensors';
const stateFile = 'state.json';
const aside = '.partial';

export interface CheckpointFolderOptions {
  /** How many of the last ones stay; at least 1. Default 2. */
  readonly keepLast?: number;
  /** The best one so far, where the folder goes on from a checkpoint. Default: the one before that the folder names. */
  readonly best?: string;
  /** Lengths of logs that grow beside the checkpoints, to be noted in each; it brings them to disk first. */
  readonly logs?: () => LogLengths;
}

/** A checkpoint as it lies in a folder. */
export interface StoredCheckpoint extends Checkpoint {
  /** The name of its folder. */
  readonly name: string;
  readonly manifest: Manifest;
}

const sha256 = (of: string | Uint8Array) => createHash('sha256').update(of).digest('hex');

/** `step-00000938` */
export function checkpointName(step: number): string {
  return `step-${String(step).padStart(8, '0')}`;
}

/**
 * Keeps the checkpoints of a training in a folder, which is made where it is missing: the last `keepLast`, and the best.
 *
 * @example
 * train({ …, checkpoints: { every: epochs(1), store: checkpointFolder('checkpoints') } });
 * const { checkpoint } = newestCheckpoint('checkpoints')!;
 * train({ …, resume: checkpoint });
 *
 * Throws a StorageError where the system refuses to write; the checkpoints before stay as they are.
 */
export function checkpointFolder(path: string, options: CheckpointFolderOptions = {}): CheckpointStore {
  const { keepLast, logs } = options;
  let { best } = options;
  const write = (checkpoint: Checkpoint, name: string): void => {
    const target = join(path, name);
    const partial = `${target}${aside}`;
    rmSync(partial, { recursive: true, force: true });
    mkdirSync(partial, { recursive: true });
    const tensors = encodeSafetensors(checkpoint.tensors);
    writeSynced(join(partial, tensorsFile), tensors);
    const manifest: Manifest = {
      version: 1,
      state: checkpoint.state,
      files: { [tensorsFile]: { bytes: tensors.length, sha256: sha256(tensors) } },
      ...(logs === undefined ? {} : { logs: logs() }),
      ...(best === undefined ? {} : { best }),
    };
    writeSynced(join(partial, stateFile), formatManifest(manifest, sha256));
    syncFolder(partial);
    // The same step again: the older one steps aside, and stays whole until the new one is in its place.
    if (existsSync(target)) renameSync(target, `${target}.old${aside}`);
    renameSync(partial, target);
    syncFolder(path);
    rmSync(`${target}.old${aside}`, { recursive: true, force: true });
  };
  return {
    save(checkpoint, isBest) {
      const name = checkpointName(checkpoint.state.step);
      storing(join(path, name), () => {
        best ??= bestBefore(path, name);
        const before = best;
        if (isBest) best = name;
        try {
          write(checkpoint, name);
        } catch (error) {
          best = before;
          rmSync(`${join(path, name)}${aside}`, { recursive: true, force: true });
          throw error;
        }
        writeWhole(join(path, 'latest'), `${name}\n`);
        if (isBest) writeWhole(join(path, 'best'), `${name}\n`);
        takeAwayOld(path, { name, best, keepLast });
      });
    },
  };
}

/** Takes away those before `name` beyond the last `keepLast`, but the best. Later ones are those of another training. */
function takeAwayOld(
  path: string,
  {
    name,
    best,
    keepLast = 2,
  }: { readonly name: string; readonly best: string | undefined; readonly keepLast: number | undefined },
): void {
  const old = upTo(name, checkpointNames(path)).slice(keepLast);
  for (const one of old) if (one !== best) rmSync(join(path, one), { recursive: true, force: true });
}

/** Names of the checkpoints in a folder, the newest first; none where there is no such folder. */
export function checkpointNames(path: string): string[] {
  if (!existsSync(path)) return [];
  return readdirSync(path)
    .filter((name) => /^step-\d{8,}$/.test(name))
    .sort((a, b) => stepOf(b) - stepOf(a));
}

const stepOf = (name: string) => Number(name.slice('step-'.length));

const upTo = (last: string, names: readonly string[]) => names.filter((one) => stepOf(one) <= stepOf(last));

/** What the file `latest` or `best` of a folder says, where there is such a checkpoint. */
function named(path: string, file: 'latest' | 'best'): string | undefined {
  try {
    const name = readFileSync(join(path, file), 'utf8').trim();
    return checkpointNames(path).includes(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Reads a checkpoint: `path` is its own folder. Throws a DataError that names the file which is missing or damaged. */
export function readCheckpoint(path: string): StoredCheckpoint {
  const read = (name: string): Buffer => {
    try {
      return readFileSync(join(path, name));
    } catch (cause) {
      throw damaged(`${name} cannot be read`, join(path, name), cause);
    }
  };
  const manifest = parseManifest(read(stateFile).toString(), sha256, join(path, stateFile));
  const bytes = read(tensorsFile);
  const noted = manifest.files[tensorsFile];
  if (noted === undefined || noted === null) throw damaged(`it does not name ${tensorsFile}`, join(path, stateFile));
  const { bytes: length, sha256: wanted } = noted;
  if (bytes.length !== length) {
    throw damaged(`${tensorsFile} has ${bytes.length} bytes, ${length} were written`, join(path, tensorsFile));
  }
  if (sha256(bytes) !== wanted) throw damaged('its checksum does not fit', join(path, tensorsFile));
  const { tensors } = decodeSafetensors(bytes, join(path, tensorsFile));
  return { name: path.split(/[\\/]/).at(-1)!, state: manifest.state, tensors, manifest };
}

/** The best one that a folder names, if it is before `name`: a training that goes on from a checkpoint keeps it. */
function bestBefore(path: string, name: string): string | undefined {
  const best = named(path, 'best');
  return best !== undefined && stepOf(best) < stepOf(name) ? best : undefined;
}

/**
 * The newest checkpoint of a folder that is whole, from the one that it names as `latest`, and what was wrong with newer
 * ones; `undefined` where none is.
 */
export function newestCheckpoint(
  path: string,
): { readonly checkpoint: StoredCheckpoint; readonly damage: readonly DataError[] } | undefined {
  const damage: DataError[] = [];
  const names = checkpointNames(path);
  for (const name of upTo(named(path, 'latest') ?? names[0] ?? '', names)) {
    try {
      return { checkpoint: readCheckpoint(join(path, name)), damage };
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      damage.push(error);
    }
  }
  if (damage.length > 0) throw damage[0]!;
  return undefined;
}

/**
 * Makes `checkpoint` the newest of its folder again: those after it, what was being written, and old ones that should have
 * gone with its own writing are taken away. `keepLast` as for `checkpointFolder`.
 */
export function returnTo(path: string, { name, manifest }: StoredCheckpoint, keepLast?: number): void {
  storing(path, () => {
    for (const one of readdirSync(path)) {
      const later = /^step-\d{8,}$/.test(one) && stepOf(one) > stepOf(name);
      if (later || one.endsWith(aside)) rmSync(join(path, one), { recursive: true, force: true });
    }
    writeWhole(join(path, 'latest'), `${name}\n`);
    if (manifest.best === undefined) rmSync(join(path, 'best'), { force: true });
    else writeWhole(join(path, 'best'), `${manifest.best}\n`);
    takeAwayOld(path, { name, best: manifest.best, keepLast });
  });
}
