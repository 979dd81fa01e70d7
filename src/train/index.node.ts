/** Training in Node: all of `index.ts`, and the run directories on disk. */

export * from './index.ts';
export { createRunDirectory, type RunDirectory, readRunDirectory, type StoredRun } from './run-directory.node.ts';
export { type FindRunOptions, findRun } from './runs/find-run.node.ts';
export { readRun, readRuns } from './runs/read-run.node.ts';
