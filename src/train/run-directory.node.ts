/**
 * The directory that a run leaves: what it was (config.json), how it went (metrics.jsonl and TensorBoard's event file), how
 * it ended (run.json), and what it made (checkpoints, model.onnx). It is valid at every moment: files are written aside and renamed, the log
 * grows by whole lines.
 */

import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataError } from '../base/errors.ts';
import { modelOf } from './checkpoint/checkpoint.ts';
import { checkpointFolder, newestCheckpoint, returnTo, type StoredCheckpoint } from './checkpoint/folder.node.ts';
import type { CheckpointStore } from './checkpoint/store.ts';
import type { LiveValues, TrainingEvent } from './event.ts';
import { type MetricsRow, parseRows } from './metrics-log.ts';
import { checkRunLogs, openRunLogs, type RunLogs, type RunLogsOptions } from './record/run-logs.node.ts';
import { refuseRunning, takingUp } from './run-claim.node.ts';
import { thisProcess } from './run-process.node.ts';
import { type RunRecord, type RunStatus, readRunRecord } from './run-record.node.ts';
import { decodeSafetensors, encodeSafetensors, type StoredTensor } from './safetensors.ts';
import { storing, writeWhole } from './write-whole.node.ts';

export type { RunRecord, RunStatus };

const modelFile = 'model.safetensors';

export interface RunDirectoryOptions {
  /** Folder of all runs; made where it is missing. */
  readonly root: string;
  readonly experiment: string;
  readonly seed: number;
  readonly config: unknown;
  readonly versions: Readonly<Record<string, string>>;
  /** What the logs hold. */
  readonly logs?: RunLogsOptions;
  /** How many of the last checkpoints stay. Default 2. */
  readonly keepLast?: number;
  readonly now?: () => Date;
}

/** How a run directory is taken up again. */
export interface ReopenOptions extends Pick<RunDirectoryOptions, 'config' | 'versions' | 'logs' | 'keepLast' | 'now'> {
  readonly path: string;
  /** Where the run goes on; what the directory holds of later steps is taken away. */
  readonly from: StoredCheckpoint;
}

/** A run directory that is being written. */
export interface RunDirectory {
  readonly path: string;
  readonly id: string;
  readonly logs: RunLogs;
  /** Subscribe this to the run. */
  readonly on: (event: TrainingEvent, values?: LiveValues) => void;
  /** Merges fields into run.json. */
  update(fields: Partial<RunRecord>): void;
  /** Adds measures to those of run.json. */
  measured(measures: Readonly<Record<string, number>>): void;
  /** Writes a file of the run aside and renames it into place. */
  write(name: string, contents: string | Uint8Array): void;
  /** Keeps checkpoints in `checkpoints/`, with the lengths of the logs: a run goes on from exactly there. */
  readonly checkpoints: CheckpointStore;
  /** Writes the parameters that the run ended with, `model.safetensors`. */
  saveParameters(tensors: ReadonlyMap<string, StoredTensor>): void;
  close(): void;
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
  storing(path, () => mkdirSync(path, { recursive: true }));
  writeConfig(path, options.config);
  const record: RunRecord = {
    id,
    experiment: options.experiment,
    status: 'running',
    seed: options.seed,
    versions: options.versions,
    started: started.toISOString(),
    process: thisProcess(started),
  };
  return writer(path, record, options);
}

/**
 * Goes on with a run directory from one of its checkpoints: logs, checkpoints and run.json are as they were then. Throws,
 * before anything is changed, where another process writes the run, or its logs are not those that the checkpoint knew.
 */
export function reopenRunDirectory(options: ReopenOptions): RunDirectory {
  return takingUp(options.path, () => reopen(options));
}

function reopen(options: ReopenOptions): RunDirectory {
  const { path, from, versions, now = () => new Date() } = options;
  const record = readRecord(path);
  refuseRunning(record, path);
  const { reason: _, exitCode: __, ended: ___, ...before } = record;
  const logged = from.manifest.logs ?? { metrics: 0, events: 0 };
  checkRunLogs(path, logged);
  const { step, epoch, seconds, history } = from.state;
  const metrics = Object.assign({}, ...history.map(({ measures }) => measures));
  returnTo(join(path, 'checkpoints'), from, options.keepLast);
  writeConfig(path, options.config);
  const status: RunRecord = { ...before, status: 'running', process: thisProcess(now()), versions };
  const { best } = from.manifest;
  const at = { ...status, step, epoch, seconds, metrics };
  const directory = writer(path, at, { ...options, ...(best === undefined ? {} : { best }) });
  directory.logs.truncate(logged);
  return directory;
}

function writeConfig(path: string, config: unknown): void {
  writeWhole(join(path, 'config.json'), `${JSON.stringify(config, showNonFinite, 2)}\n`);
}

/** Evaluations bring run.json up to date no more often than this: bringing it to disk takes longer than many an epoch. */
const updateEveryMs = 1000;

interface WriterOptions extends Pick<RunDirectoryOptions, 'logs' | 'keepLast' | 'now'> {
  readonly best?: string;
}

function writer(path: string, begun: RunRecord, options: WriterOptions): RunDirectory {
  const { now = () => new Date(), keepLast, best } = options;
  let record = begun;
  let metrics = begun.metrics ?? {};
  let written = 0;
  const update = (fields: Partial<RunRecord>) => {
    record = { ...record, ...fields };
    written = now().getTime();
    writeWhole(join(path, 'run.json'), `${JSON.stringify(record, showNonFinite, 2)}\n`);
  };
  update({});
  const logs = openRunLogs(path, { wallTime: () => now().getTime() / 1000, ...options.logs });
  return {
    path,
    id: begun.id,
    logs,
    update,
    measured(measures) {
      metrics = { ...metrics, ...measures };
      update({ metrics });
    },
    checkpoints: checkpointFolder(join(path, 'checkpoints'), {
      logs: logs.lengths,
      ...(keepLast === undefined ? {} : { keepLast }),
      ...(best === undefined ? {} : { best }),
    }),
    on(event, values) {
      logs.on(event, values);
      if (event.type === 'start') {
        update({
          engine: { name: event.engine, threads: event.threads, formulations: { ...event.formulations } },
          parameters: event.parameters,
        });
      } else if (event.type === 'evaluation') {
        metrics = { ...metrics, ...event.measures };
        record = { ...record, step: event.step, epoch: event.epoch, seconds: event.time, metrics };
        if (now().getTime() - written >= updateEveryMs) update({});
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
    saveParameters: (tensors) => writeWhole(join(path, modelFile), encodeSafetensors(tensors)),
    close: () => logs.close(),
  };
}

/** A run directory as read back. */
export interface StoredRun {
  readonly record: RunRecord;
  readonly config: Readonly<Record<string, unknown>>;
  readonly rows: readonly MetricsRow[];
  readonly parameters: ReadonlyMap<string, StoredTensor>;
}

/**
 * Reads a run directory back, with the parameters that it ended with, or, where it did not end, those of its newest
 * checkpoint. Throws a DataError that names the file which is missing or damaged.
 */
export function readRunDirectory(path: string): StoredRun {
  return { ...readStoredRun(path), parameters: parametersOf(path) };
}

/** The same without the parameters. */
export function readStoredRun(path: string): Omit<StoredRun, 'parameters'> {
  return {
    record: readRecord(path),
    config: read(path, 'config.json', object),
    rows: read(path, 'metrics.jsonl', (bytes, place) => parseRows(bytes.toString(), place)),
  };
}

function readRecord(path: string): RunRecord {
  return read(path, 'run.json', (bytes, place) => readRunRecord(json(bytes), place));
}

const json = (bytes: Buffer): unknown => JSON.parse(bytes.toString());

function object(bytes: Buffer, place: string): Readonly<Record<string, unknown>> {
  const value = json(bytes);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new DataError('data/run-directory', 'the file holds no object', { place, mend: restored });
}

function parametersOf(path: string): ReadonlyMap<string, StoredTensor> {
  if (!existsSync(join(path, modelFile))) {
    const newest = newestCheckpoint(join(path, 'checkpoints'));
    if (newest !== undefined) return modelOf(newest.checkpoint);
  }
  return read(path, modelFile, (bytes, place) => decodeSafetensors(bytes, place).tensors);
}

const restored = 'Put it back as it was.';

function read<T>(path: string, name: string, parse: (bytes: Buffer, place: string) => T): T {
  const place = join(path, name);
  let bytes: Buffer;
  try {
    bytes = readFileSync(place);
  } catch (cause) {
    const isRun = existsSync(join(path, 'run.json'));
    throw new DataError('data/run-directory', `${name} cannot be read`, {
      place,
      mend: isRun ? restored : 'Name a run directory: the last line that "dolina train" printed.',
      cause,
    });
  }
  try {
    return parse(bytes, place);
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    throw new DataError('data/run-directory', `${name} is damaged: ${String(cause)}`, { place, mend: restored, cause });
  }
}
