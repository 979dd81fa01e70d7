/** What the caller's thread and a worker tell each other about runs, one at a time. */

import type { PackedError } from '../../base/packed-error.ts';
import type { Measurements } from '../../runtime/engine.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { TrainingEvent } from '../event.ts';
import type { StoredTensor } from '../safetensors.ts';
import type { TrainingResult } from '../training-result.ts';
import type { RunPlan } from './run-plan.ts';
import type { StepRows } from './step-rows.ts';

/** From the caller. */
export type Order =
  | { readonly type: 'run'; readonly plan: RunPlan }
  | { readonly type: 'pause'; readonly number: number }
  | { readonly type: 'resume' }
  | { readonly type: 'stop'; readonly reason: string }
  /** The store has the checkpoint that was sent, or refused it. */
  | { readonly type: 'saved'; readonly refused?: PackedError };

/** From the worker: the engine is open, then events, then how it ended. */
export type Report =
  | { readonly type: 'opened' }
  /** The worker's engine does not open. */
  | { readonly type: 'unavailable'; readonly error: PackedError }
  | { readonly type: 'event'; readonly event: TrainingEvent }
  | { readonly type: 'steps'; readonly rows: StepRows }
  /** For the caller's store; the run waits until it is saved. */
  | { readonly type: 'checkpoint'; readonly checkpoint: Checkpoint; readonly best: boolean }
  /** It obeyed the pause of that number: no step runs. */
  | { readonly type: 'holds'; readonly number: number }
  | Ended;

export type Ended =
  | { readonly type: 'result'; readonly result: TravelledResult; readonly measurements: Measurements }
  | { readonly type: 'failed'; readonly error: PackedError; readonly measurements: Measurements };

/** A result with the values of the model's parameters in its place. */
export interface TravelledResult extends Omit<TrainingResult, 'model'> {
  readonly parameters: ReadonlyMap<string, StoredTensor>;
}
