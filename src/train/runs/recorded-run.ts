/** A run as it is read back: what lists, tables, plots and the lab show, whatever state its files are in. */

import type { MetricsRow } from '../metrics-log.ts';

/**
 * How a run stands: what its run.json says; or, where that says `running`: `died` (its process is gone), `silent` (its
 * process cannot be seen from here, and nothing was written for ten minutes); `damaged` where run.json cannot be read.
 */
export type RunState = 'running' | 'done' | 'stopped' | 'diverged' | 'failed' | 'died' | 'silent' | 'damaged';

/** Every state. */
export const runStates: readonly RunState[] = [
  ...(['running', 'done', 'stopped', 'diverged', 'failed', 'died', 'silent', 'damaged'] as const),
];

/** A run read back. What its files do not say is absent. */
export interface RecordedRun {
  /** The run directory, below the folder that was asked for. */
  readonly path: string;
  /** The name of the directory. */
  readonly id: string;
  readonly experiment: string;
  readonly status: RunState;
  /** Why it did not simply finish. */
  readonly reason?: string;
  readonly exitCode?: number;
  readonly seed?: number;
  /** ISO 8601, UTC. */
  readonly started?: string;
  readonly ended?: string;
  /** Of training, evaluation included. */
  readonly seconds?: number;
  /** Where it stands: updates done, passes over the training set. */
  readonly step?: number;
  readonly epoch?: number;
  /** Passes that were planned. */
  readonly epochs?: number;
  /** Numbers that the model learns. */
  readonly parameters?: number;
  readonly versions: Readonly<Record<string, string>>;
  readonly engine?: { readonly name: string; readonly threads?: number };
  /** Where the data came from. */
  readonly data?: string;
  /** The last value of each measure that run.json keeps, those of the test set among them. */
  readonly metrics: Readonly<Record<string, number>>;
  /** config.json: what it was made of. */
  readonly config: Readonly<Record<string, unknown>>;
  /** metrics.jsonl: read when it is first asked for. */
  readonly rows: readonly MetricsRow[];
  /** Sentences on files that are missing or damaged; those of the log are there once `rows` was read. */
  readonly problems: readonly string[];
}
