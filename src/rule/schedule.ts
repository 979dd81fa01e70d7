/**
 * Schedules are data: functions of a position in training, evaluated before the step that they apply to. Time has a
 * unit, so "per batch or per epoch" never has to be guessed.
 */

import { OptionError } from '../base/errors.ts';
import type { OptionSpecs } from '../base/option-spec.ts';
import { shown } from '../base/shown.ts';
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
  /** What was measured so far, oldest first, for schedules that follow it (`reduceOnPlateau`). */
  readonly evaluations?: readonly Evaluation[];
}

/** What one evaluation measured, and after how many epochs: `{ epoch: 1, measures: { 'validation/loss': 0.3 } }`. */
export interface Evaluation {
  readonly epoch: number;
  readonly measures: Readonly<Record<string, number>>;
}

/** A part of training, by its end: the positions before `{ epoch: 5 }`. */
export type Before = Partial<Omit<Position, 'evaluations'>>;

/**
 * How a schedule ends, for infinitely many steps k: in the long run it falls as k^−power. 0 where it stays above some
 * positive number, `Infinity` where it becomes 0 or falls faster than every power, `'unknown'` where that depends on more
 * than the position.
 */
export interface Tail {
  readonly power: number | 'unknown';
  /** Why, as the end of a sentence: "it stays at 0.001". */
  readonly reason: string;
}

/** A schedule as data; build one with the functions of `optim/schedule`, or with `schedule`. */
export interface Schedule {
  readonly schedule: string;
}

/** A kind of schedule: what its data means. `I` is what its builder takes, `O` the same with all defaults filled in. */
export interface ScheduleDefinition<O extends object = object, I extends object = O> {
  /** The name by which JSON finds it. */
  readonly name: string;
  /** What its options may be, for the schema of an experiment; a schedule of your own needs none. */
  readonly options?: OptionSpecs;
  /** Checks the options and completes them with defaults; the result, plain data, is the schedule. */
  readonly complete: (options: I) => O;
  readonly at: (options: O, position: Position) => number;
  /**
   * The least and the largest value it can take, so that a range is checked before training starts; a limit that it
   * only nears counts. Where `before` is given, of the positions before that alone; leaving it out of account is safe.
   */
  readonly bounds: (options: O, before?: Before) => readonly [number, number];
  /** How it ends, where its family tells; `robbinsMonro` asks. */
  readonly tail?: (options: O) => Tail | undefined;
}

/** Builds checked schedules of one kind. */
export interface ScheduleBuilder<O extends object = object, I extends object = O> {
  (options: I): Schedule & Readonly<O>;
  readonly definition: ScheduleDefinition<O, I>;
}

/** A builder of which only the name is known. */
export interface AnyScheduleBuilder {
  (options: never): Schedule;
  readonly definition: { readonly name: string; readonly options?: OptionSpecs };
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
export function schedule<O extends object, I extends object = O>(
  definition: ScheduleDefinition<O, I>,
): ScheduleBuilder<O, I> {
  const build = (options: I) => {
    if (typeof options !== 'object' || options === null) {
      const place = definition.name;
      throw new OptionError('option/range', `the options are ${shown(options)}`, { place, mend: 'Give an object.' });
    }
    return attach({ schedule: definition.name, ...definition.complete(options) }, definition);
  };
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

/** The least and the largest value over all positions, or over those before `before`. */
export function boundsOf(value: number | Schedule, before?: Before): readonly [number, number] {
  return typeof value === 'number' ? [value, value] : definitionOf(value).bounds(value, before);
}

/** How it ends in the long run, where its family tells. */
export function tailOf(value: number | Schedule): Tail | undefined {
  return typeof value === 'number' ? staysAt(value) : definitionOf(value).tail?.(value);
}

/** The tail of what stays at one value. */
export function staysAt(value: number): Tail {
  return { power: value === 0 ? Number.POSITIVE_INFINITY : 0, reason: `it stays at ${value}` };
}
