/** How a run ended, and what it left. */

import type { EvaluationEvent, Status } from './event.ts';
import type { TrainedModel } from './trained-model.ts';

/** Where a run ended. */
export interface Ending {
  readonly step: number;
  readonly epoch: number;
  /** Of training; pauses do not count. */
  readonly seconds: number;
  /** The evaluations, one for each epoch. */
  readonly history: readonly EvaluationEvent[];
  /** The evaluation whose parameters the model has, where early stopping restored them. */
  readonly best?: EvaluationEvent;
  /** Measures of the last evaluation, by tag: `train/loss`, `validation/error`, … */
  readonly measures: Readonly<Record<string, number>>;
}

/** A run that ended as it should: how, and the model that it left. */
export interface TrainingResult extends Ending {
  readonly status: Status;
  /** Why, where the run did not take all its steps. */
  readonly reason?: string;
  readonly model: TrainedModel;
}

/** A run that an error broke off, before its first step or after it. */
export interface FailedTraining extends Ending {
  readonly status: 'failed';
  /** The error's message. */
  readonly reason: string;
  readonly error: Error;
}

/** What `run.result` gives, told apart by `status`: `done`, `stopped`, `diverged` or `failed`. */
export type RunResult = TrainingResult | FailedTraining;
