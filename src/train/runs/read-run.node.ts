/** Reads run directories as they are: half-written, torn, killed or damaged ones too, each said to be so. */

import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { DataError } from '../../base/errors.ts';
import { type MetricsRow, salvageRows } from '../metrics-log.ts';
import { livenessOf, type RunProcess } from '../run-process.node.ts';
import { isPlainObject } from './config-leaves.ts';
import { type RecordedRun, type RunState, runStates } from './recorded-run.ts';

/** The name that a run directory gets: time, experiment, seed and four characters. */
export const runIdForm = /^\d{8}T\d{6}Z-.+-s\d+-[0-9a-f]{4}$/;

/** Without a word for so long, a run of another machine is `silent`. */
const silentAfter = 10 * 60_000;

/** Whether a folder is a run directory: it holds run.json, or it has the name of one and a config.json. */
export function isRunDirectory(path: string): boolean {
  if (existsSync(join(path, 'run.json'))) return true;
  return runIdForm.test(basename(resolve(path))) && existsSync(join(path, 'config.json'));
}

/**
 * Reads one run directory. A torn last line is forgiven, and what is damaged is named in `problems`; only what is no run
 * directory at all throws a DataError.
 *
 * @example readRun('runs/clouds/20260102T030405Z-clouds-s7-a1b2').metrics['validation/error']
 */
export function readRun(folder: string): RecordedRun {
  const path = folder.replace(/(?<=.)[/\\]+$/, '');
  if (!isRunDirectory(path)) {
    throw new DataError('data/run-directory', 'this is no run directory: run.json cannot be read', {
      place: path,
      mend: 'Name a run directory: the last line that "dolina train" printed.',
    });
  }
  const problems: string[] = [];
  const record = readObject(path, 'run.json', problems);
  const config = readObject(path, 'config.json', problems);
  let rows: readonly MetricsRow[] | undefined;
  const rowsOf = () => {
    rows ??= readRows(path, problems);
    return rows;
  };
  const id = basename(resolve(path));
  const status = statusOf(path, record);
  const unfinished = status === 'running' || status === 'died' || status === 'silent';
  // run.json is written at evaluations; the log knows of later steps.
  const last = unfinished ? rowsOf().at(-1) : undefined;
  const number = (value: unknown) => (typeof value === 'number' && Number.isFinite(value) ? value : undefined);
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
  const known = {
    reason: text(record?.reason),
    exitCode: number(record?.exitCode),
    seed: number(record?.seed) ?? number(config?.seed),
    started: text(record?.started) ?? startOf(id),
    ended: text(record?.ended),
    seconds: last?.time ?? number(record?.seconds),
    step: last?.step ?? number(record?.step),
    epoch: last?.epoch ?? number(record?.epoch),
    epochs: number(config?.epochs),
    parameters: number(record?.parameters),
    engine: isPlainObject(record?.engine) ? engineOf(record.engine) : undefined,
    data: text(record?.data),
  };
  return Object.freeze({
    path,
    id,
    experiment: text(record?.experiment) ?? text(config?.name) ?? basename(resolve(path, '..')),
    status,
    ...(Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined)) as Partial<RecordedRun>),
    versions: textsOf(record?.versions),
    metrics: numbersOf(record?.metrics),
    config: config ?? {},
    get rows() {
      return rowsOf();
    },
    problems,
  });
}

/**
 * Every run below `root`, the latest first; folders that are no run directories, as those of races, are passed over.
 * Throws a DataError where there is no such folder.
 *
 * @example readRuns('runs').filter(({ status }) => status === 'done')
 */
export function readRuns(root: string): RecordedRun[] {
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new DataError('data/runs', `there is no folder of runs "${root}"`, {
      mend: 'Runs are where "dolina train" was started, in "runs", or where its --out said.',
    });
  }
  const runs = runDirectoriesBelow(root, 3).map(readRun);
  const key = ({ started, id }: RecordedRun) => `${started ?? ''} ${id}`;
  return runs.sort((a, b) => (key(a) < key(b) ? 1 : key(a) > key(b) ? -1 : 0));
}

function runDirectoriesBelow(folder: string, depth: number): string[] {
  if (isRunDirectory(folder)) return [folder];
  if (depth === 0) return [];
  let entries: Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that may not be read, or that was removed meanwhile.
    return [];
  }
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return folders.flatMap(({ name }) => runDirectoriesBelow(join(folder, name), depth - 1));
}

type Json = Readonly<Record<string, unknown>>;

function readObject(path: string, name: string, problems: string[]): Json | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(path, name), 'utf8'), (_key, part) =>
      part === 'NaN' || part === 'Infinity' || part === '-Infinity' ? Number(part) : part,
    );
    if (isPlainObject(value)) return value;
    problems.push(`${name} is damaged: it holds no object`);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    problems.push(missing ? `${name} is missing` : `${name} is damaged: ${(error as Error).message}`);
  }
  return undefined;
}

function readRows(path: string, problems: string[]): MetricsRow[] {
  let text: string;
  try {
    text = readFileSync(join(path, 'metrics.jsonl'), 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    problems.push(missing ? 'metrics.jsonl is missing' : `metrics.jsonl cannot be read: ${(error as Error).message}`);
    return [];
  }
  const { rows, damaged } = salvageRows(text);
  if (damaged.length > 0) {
    const [which, verb] = damaged.length === 1 ? ['line', 'is no row'] : ['lines', 'are no rows'];
    problems.push(
      `metrics.jsonl is damaged: ${which} ${damaged.slice(0, 5).join(', ')}${damaged.length > 5 ? ', …' : ''} ${verb}`,
    );
  }
  return rows;
}

function statusOf(path: string, record: Json | undefined): RunState {
  const status = record?.status as RunState | undefined;
  if (status === undefined || !runStates.includes(status)) return 'damaged';
  if (status !== 'running') return status;
  const liveness = livenessOf(processOf(record?.process));
  if (liveness === 'dead') return 'died';
  return liveness === 'unknown' && Date.now() - lastWritten(path) > silentAfter ? 'silent' : 'running';
}

function processOf(value: unknown): RunProcess | undefined {
  if (!isPlainObject(value)) return undefined;
  const { pid, host, since } = value;
  if (typeof pid !== 'number' || !(pid > 0) || typeof host !== 'string' || typeof since !== 'string') return undefined;
  return { pid, host, since };
}

/** When a run was last heard of, in milliseconds since 1970. */
function lastWritten(path: string): number {
  const times = ['run.json', 'metrics.jsonl'].map((name) => {
    const found = statSync(join(path, name), { throwIfNoEntry: false });
    return found === undefined ? 0 : found.mtimeMs;
  });
  return Math.max(...times);
}

/** The time that stands in an id. */
function startOf(id: string): string | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-/.exec(id) ?? [];
  return year === undefined ? undefined : `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
}

function engineOf({ name, threads }: Json): RecordedRun['engine'] {
  if (typeof name !== 'string') return undefined;
  return { name, ...(typeof threads === 'number' ? { threads } : {}) };
}

function entriesOf<T>(value: unknown, is: (part: unknown) => part is T): Record<string, T> {
  if (!isPlainObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, T] => is(entry[1])));
}

const textsOf = (value: unknown) => entriesOf(value, (part) => typeof part === 'string');
const numbersOf = (value: unknown) => entriesOf(value, (part) => typeof part === 'number');
