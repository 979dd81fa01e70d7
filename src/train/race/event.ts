/** What a race tells its subscribers: its plan, each run with all that the run itself tells, and what came of it. */

import type { TrainingEvent } from '../event.ts';
import type { LaneRun } from './lane-result.ts';
import type { RacePlan, RaceResult } from './result.ts';
import type { LaneTuning, TuningPoint } from './tuning.ts';

/** Which run it is. */
export interface RaceRun {
  readonly phase: 'tuning' | 'race';
  readonly lane: string;
  readonly seed: number;
  /** A tuning run's rate. */
  readonly learningRate?: number;
  /** Which run of its phase and, in tuning, of its lane: from 1. */
  readonly number: number;
  readonly of: number;
}

/** How far the whole race is: what the remaining time is estimated from. */
export interface RaceProgress {
  /** Steps of the runs that have ended. */
  readonly stepsDone: number;
  /** Steps of these and of all runs that will come, as known now: a grid may still be widened. */
  readonly stepsPlanned: number;
}

/** What a race tells: one plan, then tuning lane by lane, then the runs seed by seed, then one end. */
export type RaceEvent =
  /** Once, when everything has been checked and compiled. */
  | { readonly type: 'plan'; readonly plan: RacePlan }
  /** Rates that are about to be tried; `side` where they widen the grid. */
  | {
      readonly type: 'rates';
      readonly lane: string;
      readonly rates: readonly number[];
      readonly side?: 'low' | 'high';
    }
  | { readonly type: 'runStart'; readonly run: RaceRun; readonly progress: RaceProgress }
  /** An event of the run; a step's object is used again by the next one: copy what you keep. */
  | { readonly type: 'training'; readonly run: RaceRun; readonly event: TrainingEvent }
  | { readonly type: 'tuningRun'; readonly run: RaceRun; readonly point: Omit<TuningPoint, 'widened'> }
  | { readonly type: 'tuned'; readonly tuning: LaneTuning }
  | { readonly type: 'laneRun'; readonly run: RaceRun; readonly result: LaneRun }
  | { readonly type: 'end'; readonly result: RaceResult };

/** Hears every event, in the loop: it should be quick. */
export type RaceSubscriber = (event: RaceEvent) => void;
