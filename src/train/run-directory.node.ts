/**
 * The directory that a run leaves: what it was (config.json), how it went (metrics.jsonl), how it ended (run.json), and
 * what it made (checkpoints, model.onnx). It is valid at every moment: files are written aside and renamed, the log
 * grows by whole lines.
 */

import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../base/errors.ts';
import type { TrainingEvent } from './event.ts';
import { formatRow, type MetricsRow, parseRows, rowOf } from './metrics-log.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors.ts';

export type RunStatus = 'running' | 'done' | 'diverged' | 'stopped' | 'failed';

/** What run.json holds. */
export interface RunRecord {
  readonly id: string;
  readonly experiment: string;
  readonly status: RunStatus;
  readonly reason?: string;
  readonly exitCode?: number;
  readonly seed: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly engine?: { readonly name: string; readonly threads: number; readonly formulations: Record<string, string> };
  readonly data?: string;
  readonly parameters?: number;
  readonly started: string;
  readonly ended?: string;
  readonly seconds?: number;
  readonly step?: number;
  readonly epoch?: number;
  readonly metrics?: Readonly<Record<string, number>>;
}

export interface RunDirectoryOptions {
  /** Folder of all runs; made where it is missing. */
  readonly root: string;
  readonly experiment: string;
  readonly seed: number;
  readonly config: unknown;
  readonly versions: Readonly<Record<string, string>>;
  /** Every so many steps leave a row in the log. */
  readonly logEvery?: number;
  readonly now?: () => Date;
}

/** A run directory that is being written. */
export interface RunDirectory {
  readonly path: string;
  readonly id: string;
  /** Subscribe this to the run. */
  readonly on: (event: TrainingEvent) => void;
  /** Merges fields into run.json. */
  update(fields: Partial<RunRecord>): void;
  /** Writes a file of the run aside and renames it into place. */
  write(name: string, contents: string | Uint8Array): void;
  /** Writes `checkpoints/step-<n>/parameters.safetensors` and points `latest` to it. */
  saveParameters(step: number, tensors: ReadonlyMap<string, StoredTensor>): void;
  close(): void;
}

/** Writes beside the target, syncs, and renames: a reader sees the old file or the new, never half of one. */
export function writeWhole(path: string, contents: string | Uint8Array): void {
  const aside = `${path}.partial`;
  const file = openSync(aside, 'w');
  try {
    writeFileSync(file, contents);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(aside, path);
}

/** `20261123T214500Z` */
export function compactUtc(date: Date): string {
  return date
    .toISOString()
    .replace(/[-:]/g, '')
    .replace(/\.\d+Z$/, 'Z');
}

export function showNonFinite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}

/** Makes `<root>/<experiment>/<utc>-<experiment>-s<seed>-<4 chars>/` and the record of a run that has begun. */
export function createRunDirectory(options: RunDirectoryOptions): RunDirectory {
  const now = options.now ?? (() => new Date());
  const started = now();
  const id = `${compactUtc(started)}-${options.experiment}-s${options.seed}-${randomBytes(2).toString('hex')}`;
  const path = join(options.root, options.experiment, id);
  mkdirSync(path, { recursive: true });
  writeWhole(join(path, 'config.json'), `${JSON.stringify(options.config, showNonFinite, 2)}\n`);
  let record: RunRecord = {
    id,
    experiment: options.experiment,
    status: 'running',
    seed: options.seed,
    versions: options.versions,
    started: started.toISOString(),
  };
  const update = (fields: Partial<RunRecord>) => {
    record = { ...record, ...fields };
    writeWhole(join(path, 'run.json'), `${JSON.stringify(record, showNonFinite, 2)}\n`);
  };
  update({});
  const log = openSync(join(path, 'metrics.jsonl'), 'a');
  let metrics: Record<string, number> = {};
  let open = true;

  return {
    path,
    id,
    update,
    on(event) {
      const row = rowOf(event, options.logEvery ?? 10);
      if (row !== undefined) writeSync(log, formatRow(row));
      if (event.type === 'start') {
        update({
          engine: { name: event.engine, threads: event.threads, formulations: { ...event.formulations } },
          parameters: event.parameters,
        });
      } else if (event.type === 'evaluation') {
        metrics = { ...metrics, ...event.measures };
        update({ step: event.step, epoch: event.epoch, seconds: event.time, metrics });
      } else if (event.type === 'end') {
        update({
          status: event.status,
          ...(event.reason === undefined ? {} : { reason: event.reason }),
          step: event.step,
          epoch: event.epoch,
          seconds: event.time,
          ended: now().toISOString(),
        });
      }
    },
    write: (name, contents) => writeWhole(join(path, name), contents),
    saveParameters(step, tensors) {
      const name = `step-${String(step).padStart(8, '0')}`;
      mkdirSync(join(path, 'checkpoints', name), { recursive: true });
      writeWhole(join(path, 'checkpoints', name, 'parameters.safetensors'), encodeSafetensors(tensors));
      writeWhole(join(path, 'checkpoints', 'latest'), `${name}\n`);
    },
    close() {
      if (open) closeSync(log);
      open = false;
    },
  };
}

/** A run directory as read back. */
export interface StoredRun {
  readonly record: RunRecord;
  readonly config: Readonly<Record<string, unknown>>;
  readonly rows: readonly MetricsRow[];
  readonly parameters: ReadonlyMap<string, StoredTensor>;
}

/** Reads a run directory back; throws a DataError that names the file which is missing or damaged. */
export function readRunDirectory(path: string): StoredRun {
  const read = <T>(name: string, parse: (bytes: Buffer, place: string) => T): T => {
    const place = join(path, name);
    let bytes: Buffer;
    try {
      bytes = readFileSync(place);
    } catch (cause) {
      throw new DataError('data/run-directory', `${name} cannot be read`, {
        place,
        mend: 'Name a run directory: the last line that "dolina train" printed.',
        cause,
      });
    }
    try {
      return parse(bytes, place);
    } catch (cause) {
      if (cause instanceof DataError) throw cause;
      throw new DataError('data/run-directory', `${name} is damaged: ${String(cause)}`, {
        place,
        cause,
        mend: 'Take another run, or train it again from its config.json.',
      });
    }
  };
  const json = (bytes: Buffer) => JSON.parse(bytes.toString());
  const record = read('run.json', json);
  const config = read('config.json', json);
  const rows = read('metrics.jsonl', (bytes) => parseRows(bytes.toString()));
  const latest = read(join('checkpoints', 'latest'), (bytes) => bytes.toString().trim());
  const parameters = read(
    join('checkpoints', latest, 'parameters.safetensors'),
    (bytes, place) => decodeSafetensors(bytes, place).tensors,
  );
  return { record, config, rows, parameters };
}
