/** What a lane did: its runs, one for each seed, with their learning curves. */

import type { Schedule } from '../../rule/schedule.ts';
import type { Status } from '../event.ts';
import type { Lane } from './lane.ts';
import type { LearningCurve } from './learning-curve.ts';

/** One run of the race. */
export interface LaneRun {
  readonly seed: number;
  readonly status: Status;
  /** Why, where it did not simply finish. */
  readonly reason?: string;
  readonly step: number;
  /** Of training, without evaluation. */
  readonly seconds: number;
  readonly curve: LearningCurve;
}

/** A lane with its runs. */
export interface LaneResult {
  readonly lane: Lane;
  /** The rate that it raced with; absent where its rule has none, or where no rate was found. */
  readonly learningRate?: number | Schedule;
  /** In the order of the seeds; empty where no rate was found. */
  readonly runs: readonly LaneRun[];
}
