/** What a race is made of and what it leaves, as data: the plan before it starts, and the result at its end. */

import type { Schedule } from '../../rule/schedule.ts';
import type { Status } from '../event.ts';
import type { TuningPlan } from './budget.ts';
import type { Lane } from './lane.ts';
import type { LaneResult } from './lane-result.ts';
import type { Measure } from './measure.ts';
import type { Ranking } from './ranking.ts';
import type { LaneTuning } from './tuning.ts';

/** Everything that is settled before the first step. */
export interface RacePlan {
  readonly lanes: readonly Lane[];
  /** A run of every lane for each of them: equal first parameters and equal batches in equal order. */
  readonly seeds: readonly number[];
  /** Absent where no lane is tuned. */
  readonly tuning?: TuningPlan;
  /** What every rate is multiplied by that is not given; absent where rates are constant. */
  readonly schedule?: Schedule;
  readonly measure: Measure;
  readonly epochs: number;
  /** Steps of each run of the race. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly batchSize: number;
  readonly parameters: number;
  readonly trainingExamples: number;
  readonly validationExamples: number;
  readonly engine: string;
  readonly threads: number;
}

/** How a race went. */
export interface RaceResult {
  /** `diverged` where not one run of any lane stayed finite. */
  readonly status: Status;
  readonly reason?: string;
  readonly plan: RacePlan;
  /** One for each tuned lane. */
  readonly tunings: readonly LaneTuning[];
  readonly lanes: readonly LaneResult[];
  readonly ranking: Ranking;
  /** Since the first run began, evaluations included. */
  readonly seconds: number;
}
