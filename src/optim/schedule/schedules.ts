/** The schedules that come with Dolina, as JSON and the command line find them. */

import type { AnyScheduleBuilder } from '../../rule/schedule.ts';
import { constant } from './constant.ts';
import { linearDecay } from './linear-decay.ts';

/** The schedules that come with Dolina. */
export const schedules: readonly AnyScheduleBuilder[] = Object.freeze([
  // The simple ones first.
  constant,
  linearDecay,
]);
