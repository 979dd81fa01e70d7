/** When a run is saved, and which of its checkpoints stay: plain data. */

import { frozen } from '../../base/frozen.ts';
import { count, list, nested, type OptionSpec, positive, withDefault } from '../../base/option-spec.ts';
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

const forms = 'a duration with its unit, such as { "epochs": 1 } or { "minutes": 10 }';
const minutes = nested({ minutes: positive });
const interval: OptionSpec<CheckpointInterval> = {
  read: (place, name, value) =>
    typeof value === 'object' && value !== null && 'minutes' in value
      ? minutes.read(place, name, value)
      : durationSpec.read(place, name, value),
  schema: { anyOf: [durationSpec.schema, minutes.schema], $comment: forms },
};
const intervals = list(interval, `${forms}, or a list of them`);
const every: OptionSpec<CheckpointPolicy['every']> = {
  read: (place, name, value) => {
    if (value === 'auto') return value;
    return Array.isArray(value) ? intervals.read(place, name, value) : [interval.read(place, name, value)];
  },
  schema: {
    anyOf: [{ const: 'auto' }, interval.schema, intervals.schema],
    $comment: `"auto", ${forms}, or a list of them`,
  },
};
const keepBest: OptionSpec<CheckpointPolicy['keepBest']> = {
  read: (place, name, value) => (typeof value === 'boolean' ? value : monitorSpec.read(place, name, value)),
  schema: {
    anyOf: [{ type: 'boolean' }, monitorSpec.schema],
    $comment: 'true, false, or { "monitor": "validation/error", "mode": "min" }',
  },
};

/** An option that says when a run is saved. */
export const checkpointsSpec: OptionSpec<CheckpointPolicy> = nested({
  every: withDefault(every, 'auto'),
  keepLast: withDefault(count, 2),
  keepBest: withDefault(keepBest, true),
});

/** From plain data, with its checks. */
export function readCheckpointPolicy(value: unknown): CheckpointPolicy {
  return frozen(checkpointsSpec.read('', 'checkpoints', value));
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
