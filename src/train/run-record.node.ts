/** `run.json`: what a run was, how it stands, and how it ended. */

import { DataError } from '../base/errors.ts';
import type { RunProcess } from './run-process.node.ts';

const statuses = ['running', 'done', 'diverged', 'stopped', 'failed'] as const;

export type RunStatus = (typeof statuses)[number];

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
  /** Path of the module that defines the experiment, where one does. */
  readonly module?: string;
  readonly parameters?: number;
  readonly started: string;
  readonly ended?: string;
  readonly seconds?: number;
  readonly step?: number;
  readonly epoch?: number;
  readonly metrics?: Readonly<Record<string, number>>;
  /** Who writes the run: it tells a run that goes on from one whose process was killed. */
  readonly process?: RunProcess;
}

type Kind = 'text' | 'number' | 'object';

/** What each field must be; those of the second list may be absent. */
const needed = { id: 'text', experiment: 'text', seed: 'number', versions: 'object', started: 'text' } as const;
const optional = {
  ...{ reason: 'text', exitCode: 'number', engine: 'object', data: 'text', module: 'text', parameters: 'number' },
  ...{ ended: 'text', seconds: 'number', step: 'number', epoch: 'number', metrics: 'object', process: 'object' },
} as const satisfies Partial<Record<keyof RunRecord, Kind>>;

/** From parsed JSON; `place` is the file. Throws a DataError `data/run-directory` that names the field which is not as it should be. */
export function readRunRecord(value: unknown, place: string): RunRecord {
  const refuse = (what: string): never => {
    throw new DataError('data/run-directory', `run.json is damaged: ${what}`, {
      place,
      mend: 'Put it back as it was.',
    });
  };
  if (!isOf('object', value)) return refuse('it holds no object');
  const given = value as Readonly<Record<string, unknown>>;
  const check = (name: string, kind: Kind) => {
    if (!isOf(kind, given[name])) refuse(`${name} is ${JSON.stringify(given[name])}`);
  };
  for (const [name, kind] of Object.entries(needed)) check(name, kind);
  for (const [name, kind] of Object.entries(optional)) if (given[name] !== undefined) check(name, kind);
  if (!(statuses as readonly unknown[]).includes(given.status)) refuse(`status is ${JSON.stringify(given.status)}`);
  if (given.metrics === undefined) return given as unknown as RunRecord;
  const metrics = Object.entries(given.metrics as Readonly<Record<string, unknown>>).map(([tag, measure]) => {
    const number = ['NaN', 'Infinity', '-Infinity'].includes(measure as string) ? Number(measure) : measure;
    return [tag, typeof number === 'number' ? number : refuse(`metrics has ${tag}: ${JSON.stringify(measure)}`)];
  });
  return { ...given, metrics: Object.fromEntries(metrics) } as unknown as RunRecord;
}

function isOf(kind: Kind, value: unknown): boolean {
  if (kind === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === (kind === 'text' ? 'string' : 'number');
}
