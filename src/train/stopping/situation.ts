/** What a stopping policy may look at. */

import type { Position } from '../../rule/schedule.ts';
import type { EvaluationEvent } from '../event.ts';
import type { RunningLoss } from './running-loss.ts';

/** Where training stands after a step. */
export interface Situation {
  readonly position: Position;
  /** Steps that the whole training would take. */
  readonly steps: number;
  /** Seconds of training so far, over all parts of a resumed run. */
  readonly seconds: number;
  /** All evaluations so far. */
  readonly history: readonly EvaluationEvent[];
  /** Whether the last of them is of this very step. */
  readonly evaluated: boolean;
  /** The loss of the last minibatches. */
  readonly loss: Readonly<RunningLoss>;
}

/** That a run should end, how, and why. */
export interface Verdict {
  readonly status: 'done' | 'diverged';
  readonly reason: string;
}

/** The position of an evaluation, with the part of the training that was done by then. */
export function positionOf({ step, epoch, examples }: EvaluationEvent, steps: number): Position {
  return { step, epoch, examples, fraction: step / steps };
}
