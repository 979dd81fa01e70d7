/** Dolina in Node: all of `index.ts`, with data sets from files, the CPU engine and run directories. */

export { defaultCacheFolder } from './data/cache-folder.node.ts';
// These look into folders first; they take the place of their namesakes in index.ts.
export { cifar10 } from './data/cifar10.node.ts';
export { fashionMnist } from './data/fashion-mnist.node.ts';
export { readImages } from './data/image/read-images.node.ts';
export { mnist } from './data/mnist.node.ts';
export { readCsv } from './data/read-csv.node.ts';
export { readIdx } from './data/read-idx.node.ts';
export { readText } from './data/text/read-text.node.ts';
export * from './index.ts';
export { measurementCache } from './runtime/measurement-cache.node.ts';
export { type CpuEngineOptions, cpuEngine } from './runtime/ort.node.ts';
export {
  type CheckpointFolderOptions,
  checkpointFolder,
  newestCheckpoint,
  readCheckpoint,
  type StoredCheckpoint,
} from './train/checkpoint/folder.node.ts';
export {
  createRunDirectory,
  type RunDirectory,
  type RunRecord,
  readRunDirectory,
  reopenRunDirectory,
  type StoredRun,
} from './train/run-directory.node.ts';
export { findRun } from './train/runs/find-run.node.ts';
export { readRun, readRuns } from './train/runs/read-run.node.ts';
// In a worker thread of Node, in place of its namesake in index.ts.
export { train } from './train/worker/train.node.ts';
