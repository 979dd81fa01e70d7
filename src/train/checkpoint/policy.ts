/** When a run is saved, and which of its checkpoints stay: plain data. */

import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { count, flag, list, nested, type OptionSpec, positive, withDefault } from '../../base/option-spec.ts';
import { shown } from '../../base/shown.ts';
import { type Duration, durationSpec, progress, wholeTimes } from '../../optim/schedule/duration.ts';
import type { Position } from '../../rule/schedule.ts';
import { type Mode, type Monitor, monitorSpec } from '../stopping/monitor.ts';

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

const minutes = nested({ minutes: positive });
const intervalForms = 'a duration with its unit, such as { "epochs": 1 } or { "minutes": 10 }';
const interval: OptionSpec<CheckpointInterval> = {
  read: (place, name, value) => {
    const isMinutes = typeof value === 'object' && value !== null && 'minutes' in value;
    return (isMinutes ? minutes : durationSpec).read(place, name, value);
  },
  schema: { anyOf: [durationSpec.schema, minutes.schema], $comment: intervalForms },
};
const intervals = list(interval, `${intervalForms}, or a list of them`, { least: 0 });
const every: OptionSpec<CheckpointPolicy['every']> = {
  read: (place, name, value) => {
    if (value === 'auto') return value;
    return Array.isArray(value) ? intervals.read(place, name, value) : [interval.read(place, name, value)];
  },
  schema: { anyOf: [{ const: 'auto' }, interval.schema, intervals.schema] },
};
const bestForms = 'true, false, or { "monitor": "validation/error", "mode": "min" }';
const keepBest: OptionSpec<boolean | Monitor> = {
  read: (place, name, value) => {
    if (typeof value === 'boolean') return value;
    if (typeof value === 'object' && value !== null) return monitorSpec.read(place, name, value);
    throw new OptionError('option/form', `${name} is ${shown(value)}`, { place, mend: `Give ${bestForms}.` });
  },
  schema: { anyOf: [flag.schema, monitorSpec.schema], $comment: bestForms },
};

/** An option that is a policy. */
export const checkpointPolicySpec: OptionSpec<CheckpointPolicy> = nested(
  {
    every: withDefault(every, 'auto'),
    keepLast: withDefault(count, 2),
    keepBest: withDefault(keepBest, true),
  },
  { schema: { $comment: '{ "every": { "epochs": 1 }, "keepLast": 2, "keepBest": true }' } },
);

/** From plain data, with its checks. */
export function readCheckpointPolicy(value: unknown): CheckpointPolicy {
  return frozen(checkpointPolicySpec.read('', 'checkpoints', value));
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
