/**
 * Schedules are data: functions of a position in training, evaluated before the step that they apply to. Time has a
 * unit, so "per batch or per epoch" never has to be guessed.
 */

import { OptionError } from '../base/errors.ts';
import { attach, attachedTo } from './attach.ts';

/** Where training stands before a step: 0 for all at the first one. */
export interface Position {
  /** Steps done. */
  readonly step: number;
  /** Epochs done, as a decimal number that grows with each minibatch. */
  readonly epoch: number;
  /** Training examples seen. */
  readonly examples: number;
  /** The part of the whole training done, in [0, 1]. */
  readonly fraction: number;
}

/** A schedule as data; build one with the functions of `optim/schedule`, or with `schedule`. */
export interface Schedule {
  readonly schedule: string;
}

/** A kind of schedule: what its data means. */
export interface ScheduleDefinition<O extends object = object> {
  /** The name by which JSON finds it. */
  readonly name: string;
  /** Checks the options and completes them with defaults; the result, plain data, is the schedule. */
  readonly complete: (options: O) => O;
  readonly at: (options: O, position: Position) => number;
  /** The least and the largest value it can take, so that a range is checked before training starts. */
  readonly bounds: (options: O) => readonly [number, number];
}

/** Builds checked schedules of one kind. */
export interface ScheduleBuilder<O extends object = object> {
  (options: O): Schedule & Readonly<O>;
  readonly definition: ScheduleDefinition<O>;
}

/** A builder of which only the name is known. */
export interface AnyScheduleBuilder {
  (options: never): Schedule;
  readonly definition: { readonly name: string };
}

/**
 * Defines a kind of schedule and returns its builder.
 *
 * ```ts
 * const halving = schedule<{ from: number }>({
 *   name: 'halving',
 *   complete: (options) => options,
 *   at: ({ from }, { epoch }) => from * 0.5 ** Math.floor(epoch),
 *   bounds: ({ from }) => [0, from],
 * });
 * momentum({ learningRate: halving({ from: 0.1 }) });
 * ```
 */
export function schedule<O extends object>(definition: ScheduleDefinition<O>): ScheduleBuilder<O> {
  const build = (options: O) => attach({ schedule: definition.name, ...definition.complete(options) }, definition);
  return Object.assign(build, { definition });
}

export function isSchedule(value: unknown): value is Schedule {
  return typeof value === 'object' && value !== null && 'schedule' in value;
}

function definitionOf(value: Schedule): ScheduleDefinition {
  const definition = attachedTo(value);
  if (definition === undefined) {
    throw new OptionError('schedule/unread', `the schedule "${value.schedule}" is data without its definition`, {
      mend: 'Pass what comes from JSON through readSchedule or readOptimizer first.',
    });
  }
  return definition as ScheduleDefinition;
}

/** The value at a position; a plain number is a constant. */
export function valueAt(value: number | Schedule, position: Position): number {
  return typeof value === 'number' ? value : definitionOf(value).at(value, position);
}

/** The least and the largest value over all positions. */
export function boundsOf(value: number | Schedule): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : definitionOf(value).bounds(value);
}
