import type { Checkpoint } from './checkpoint.ts';

/** Where checkpoints go. The loop knows no files: `checkpointFolder` of the Node entry is a store. */
export interface CheckpointStore {
  /**
   * Keeps a checkpoint for good: when it returns, or its promise does, a crash no longer loses it. `best` says that no
   * evaluation before was better. What it throws ends the run.
   */
  save(checkpoint: Checkpoint, best: boolean): void | Promise<void>;
}
