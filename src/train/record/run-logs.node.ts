/**
 * The two logs of a run directory: metrics.jsonl, for people and programs, and TensorBoard's event file. They say the
 * same at the same steps, grow by whole records, and are cut together when a run is resumed.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DataError } from '../../base/errors.ts';
import type { LiveValues, TrainingEvent } from '../event.ts';
import { formatRow, rowOf } from '../metrics-log.ts';
import { openAppendFile } from './append-file.node.ts';
import { encodeRecord, eventFileName, eventFilePrefix } from './event-file.ts';
import { unframe } from './frames.ts';
import type { LogLengths } from './log-lengths.ts';
import { fileVersion, type HyperParameter, type LoggedValue, type SessionStatus } from './logged-event.ts';
import { histogramsOf, scalarsOf } from './row-values.ts';

export interface RunLogsOptions {
  /** Every so many steps leave a row. Default 10. */
  readonly logEvery?: number;
  /** What the run was started with, for TensorBoard's HPARAMS tab. */
  readonly hyperParameters?: Readonly<Record<string, HyperParameter>>;
  /** Whether evaluations leave histograms of parameters and gradients in the event file. Default false. */
  readonly histograms?: boolean;
  /**
   * When it was, in seconds since 1970, `time` seconds after the first step began. Default: the system's clock, whatever
   * `time` is.
   */
  readonly wallTime?: (time: number) => number;
  /** The machine, in the event file's name. Default: the system's word. */
  readonly host?: string;
}

/** The open logs of a run. */
export interface RunLogs {
  /** Path of the event file. */
  readonly eventFile: string;
  /** Subscribe this to the run; histograms need the live values. */
  on(event: TrainingEvent, values?: LiveValues): void;
  /** The lengths of both logs, once so much of them is on the disk: a checkpoint may rely on it. */
  lengths(): LogLengths;
  /**
   * Cuts both logs to what a checkpoint noted; `{ metrics: 0, events: 0 }` begins them anew.
   *
   * @throws DataError `data/log-length` where a log is shorter, or ends there within a record.
   */
  truncate(to: LogLengths): void;
  close(): void;
}

const metricsFile = 'metrics.jsonl';
const sessionStatuses: Readonly<Record<string, SessionStatus>> = {
  ...{ done: 'success', diverged: 'failure', failed: 'failure' },
};

/** Opens the logs of a run directory, those that are there or new ones. Of event files there is exactly one. */
export function openRunLogs(folder: string, options: RunLogsOptions = {}): RunLogs {
  const { logEvery = 10, hyperParameters = {}, histograms = false, wallTime = () => Date.now() / 1000 } = options;
  const there = eventFileOf(folder);
  const metrics = openAppendFile(join(folder, metricsFile));
  const events = openAppendFile(join(folder, there ?? eventFileName(wallTime(0), options.host ?? hostname())));
  const log = (step: number, time: number, values: readonly LoggedValue[]) =>
    events.append(encodeRecord({ wallTime: wallTime(time), step, values }));
  const begin = () => {
    const seconds = wallTime(0);
    events.append(encodeRecord({ wallTime: seconds, step: 0, fileVersion, values: [] }));
    log(0, 0, [{ kind: 'session-start', hyperParameters, seconds }]);
  };
  if (events.length() === 0) begin();
  return {
    eventFile: events.path,
    on(event, live) {
      const row = rowOf(event, logEvery);
      if (row !== undefined) {
        metrics.append(formatRow(row));
        const drawn = histograms && event.type === 'evaluation' && live !== undefined ? histogramsOf(live) : [];
        log(row.step, row.time, [...scalarsOf(row), ...drawn]);
      }
      if (event.type === 'end') {
        const status = sessionStatuses[event.status] ?? 'unknown';
        log(event.step, event.time, [{ kind: 'session-end', status, seconds: wallTime(event.time) }]);
      }
    },
    lengths() {
      metrics.sync();
      events.sync();
      return { metrics: metrics.length(), events: events.length() };
    },
    truncate(to) {
      checkEnd(metrics.path, to.metrics, endsLine);
      checkEnd(events.path, to.events, endsRecord);
      metrics.truncate(to.metrics);
      events.truncate(to.events);
      if (to.events === 0) begin();
    },
    close() {
      metrics.close();
      events.close();
    },
  };
}

type EndsThere = (bytes: Uint8Array, path: string) => boolean;

const endsLine: EndsThere = (bytes) => bytes.length === 0 || bytes.at(-1) === 0x0a;
const endsRecord: EndsThere = (bytes, path) => {
  let last = 0;
  for (const { end } of unframe(bytes, path)) last = end;
  return last === bytes.length;
};

const eventFileOf = (folder: string) => readdirSync(folder).find((name) => name.startsWith(eventFilePrefix));

/**
 * Changes nothing. Throws a DataError `data/log-length` that names the log of a run directory which is missing or shorter
 * than a checkpoint noted, or ends there within a record.
 */
export function checkRunLogs(folder: string, to: LogLengths): void {
  checkEnd(join(folder, metricsFile), to.metrics, endsLine);
  checkEnd(join(folder, eventFileOf(folder) ?? `${eventFilePrefix}*`), to.events, endsRecord);
}

function checkEnd(path: string, to: number, endsThere: EndsThere): void {
  if (to === 0) return;
  const bytes = existsSync(path) ? readFileSync(path) : undefined;
  const found = bytes?.length ?? 0;
  if (bytes !== undefined && to <= found && endsThere(bytes.subarray(0, to), path)) return;
  const kept = `and its first ${to} are to be kept`;
  const what = to > found ? `the log has ${found} bytes, ${kept}` : `byte ${to} is within a record of the log`;
  throw new DataError(
    'data/log-length',
    bytes === undefined ? `the log is missing, and its first ${to} bytes are to be kept` : what,
    {
      place: path,
      mend: 'Put it back as it was when the checkpoint was saved, or start anew: dolina train <run>/config.json.',
    },
  );
}
