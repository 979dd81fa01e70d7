/** When a run is saved, and which of its checkpoints stay: plain data. */

import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { suggestion } from '../../base/nearest.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { type Duration, progress, readDuration, wholeTimes } from '../../optim/schedule/duration.ts';
import type { Position } from '../../rule/schedule.ts';
import { type Mode, type Monitor, readMonitor } from '../stopping/monitor.ts';

/** How often: in a unit of training, or in minutes of it. */
export type CheckpointInterval = Duration | { readonly minutes: number };

/** What `checkpoints` takes. */
export interface CheckpointPolicyOptions {
  /**
   * One interval or several; or `'auto'` (default): after every epoch, and every better evaluation, for as long as saving
   * takes no more than a twentieth of the time. The end of a run is always saved, and where it is told to stop.
   */
  readonly every?: 'auto' | CheckpointInterval | readonly CheckpointInterval[];
  /** How many of the last ones stay, at least 1: where one is damaged, the one before is used. Default 2. */
  readonly keepLast?: number;
  /**
   * Which one stays beside them: that of the best evaluation by a measure, of those that were saved; with an interval, every
   * better one is. `true` (default) watches what early stopping watches, else the first of `validation/error`, `validation/loss`, `train/loss`
   * that is measured.
   */
  readonly keepBest?: boolean | { readonly monitor: string; readonly mode?: Mode };
}

/** The same with all its defaults. */
export interface CheckpointPolicy {
  readonly every: 'auto' | readonly CheckpointInterval[];
  readonly keepLast: number;
  readonly keepBest: boolean | Monitor;
}

/** From plain data, with its checks. */
export function readCheckpointPolicy(value: unknown): CheckpointPolicy {
  const place = 'checkpoints';
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OptionError('option/form', `checkpoints is ${JSON.stringify(value)}`, {
      mend: 'Give { "every": { "epochs": 1 }, "keepLast": 2, "keepBest": true }.',
    });
  }
  checkOptionNames(place, value, ['every', 'keepLast', 'keepBest']);
  const { every = 'auto', keepLast = 2, keepBest = true } = value as CheckpointPolicyOptions;
  return frozen({
    every: every === 'auto' ? every : [every].flat().map((interval) => readInterval(place, interval)),
    keepLast: checkNumber(place, 'keepLast', keepLast, { integer: true, min: 1 }),
    keepBest: typeof keepBest === 'boolean' ? keepBest : readBest(`${place}: keepBest`, keepBest),
  });
}

const units = ['steps', 'epochs', 'examples', 'fraction', 'minutes'];

function readInterval(place: string, interval: unknown): CheckpointInterval {
  const [unit = '', ...others] = typeof interval === 'object' && interval !== null ? Object.keys(interval) : [];
  if (!units.includes(unit) || others.length > 0) {
    throw new OptionError('option/duration', `every is ${JSON.stringify(interval)}`, {
      place,
      mend: `Give a duration with its unit, such as epochs(1) or { "minutes": 10 }. ${suggestion(unit, units)}`,
    });
  }
  if (unit !== 'minutes') return readDuration(place, 'every', interval);
  const { minutes } = interval as { readonly minutes: unknown };
  return { minutes: checkNumber(place, 'every.minutes', minutes, { min: 0, exclusiveMin: true }) };
}

function readBest(place: string, value: unknown): Monitor {
  if (typeof value !== 'object' || value === null) {
    throw new OptionError('option/form', `keepBest is ${JSON.stringify(value)}`, {
      place,
      mend: 'Give true, false, or { "monitor": "validation/error", "mode": "min" }.',
    });
  }
  checkOptionNames(place, value, ['monitor', 'mode']);
  return readMonitor(place, value);
}

/** A moment of a run, for intervals. */
export interface Moment {
  readonly position: Position;
  readonly seconds: number;
}

/** The part of the time that saving may take where nobody said how often. */
export const affordable = 1 / 20;

/** Whether an interval of the policy has ended between two moments; minutes count from the last checkpoint. */
export function isDue({ every }: CheckpointPolicy, before: Position, now: Moment, savedAt: number): boolean {
  return (every === 'auto' ? [{ epochs: 1 }] : every).some((interval) =>
    'minutes' in interval
      ? now.seconds - savedAt >= 60 * interval.minutes
      : wholeTimes(progress(interval, now.position)) > wholeTimes(progress(interval, before)),
  );
}
