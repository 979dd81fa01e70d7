/** The schedules that come with Dolina, as JSON and the command line find them. */

import type { AnyScheduleBuilder } from '../../rule/schedule.ts';
import { constant } from './constant.ts';
import { cosineDecay } from './cosine-decay.ts';
import { exponentialDecay } from './exponential-decay.ts';
import { inverseSquareRootDecay } from './inverse-square-root-decay.ts';
import { inverseTimeDecay } from './inverse-time-decay.ts';
import { joinSchedules } from './join-schedules.ts';
import { linearDecay } from './linear-decay.ts';
import { multiStepDecay } from './multi-step-decay.ts';
import { oneCycle } from './one-cycle.ts';
import { polynomialDecay } from './polynomial-decay.ts';
import { reduceOnPlateau } from './reduce-on-plateau.ts';
import { scaleSchedule } from './scale-schedule.ts';
import { stepDecay } from './step-decay.ts';
import { warmRestarts } from './warm-restarts.ts';
import { warmup } from './warmup.ts';

/** The schedules that come with Dolina. */
export const schedules: readonly AnyScheduleBuilder[] = Object.freeze([
  // The simple ones first.
  constant,
  linearDecay,
  stepDecay,
  multiStepDecay,
  exponentialDecay,
  inverseTimeDecay,
  inverseSquareRootDecay,
  polynomialDecay,
  cosineDecay,
  // Those with several phases.
  warmRestarts,
  oneCycle,
  // Those that follow what was measured.
  reduceOnPlateau,
  // Those made of others.
  warmup,
  joinSchedules,
  scaleSchedule,
]);
