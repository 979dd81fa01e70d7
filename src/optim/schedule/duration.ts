/** Durations as data, each with its unit: `{ epochs: 2 }`. */

import { OptionError } from '../../base/errors.ts';
import { type JsonSchema, refer } from '../../base/json-schema.ts';
import { suggestion } from '../../base/nearest.ts';
import type { NumberRange } from '../../base/number-range.ts';
import { list, number, type OptionSpec, optionsSchema } from '../../base/option-spec.ts';
import { checkNumber } from '../../base/options.ts';
import { shown } from '../../base/shown.ts';
import type { Before, Position } from '../../rule/schedule.ts';

/** Exactly one unit and how many of it. */
export type Duration =
  | { readonly steps: number }
  | { readonly epochs: number }
  | { readonly examples: number }
  | { readonly fraction: number };

/** Which part of a position counts each unit. */
const counted = {
  steps: 'step',
  epochs: 'epoch',
  examples: 'examples',
  fraction: 'fraction',
} as const satisfies Record<string, keyof Before>;

type Unit = keyof typeof counted;

/** A duration in optimizer steps, above 0 (at least 1e-9, as all durations). */
export function steps(count: number): { readonly steps: number } {
  return Object.freeze({ steps: checkNumber('steps', 'count', count, ranges.steps) });
}

/** A duration in epochs, decimals allowed, above 0. */
export function epochs(count: number): { readonly epochs: number } {
  return Object.freeze({ epochs: checkNumber('epochs', 'count', count, ranges.epochs) });
}

/** A duration in training examples seen, above 0. */
export function examples(count: number): { readonly examples: number } {
  return Object.freeze({ examples: checkNumber('examples', 'count', count, ranges.examples) });
}

/** A duration as a part of the whole training, in (0, 1]. */
export function fraction(part: number): { readonly fraction: number } {
  return Object.freeze({ fraction: checkNumber('fraction', 'part', part, ranges.fraction) });
}

/** Shorter than anything that is trained, and long enough that no progress through it is infinite. */
const least = 1e-9;

const ranges: Readonly<Record<Unit, NumberRange>> = {
  steps: { min: least },
  epochs: { min: least },
  examples: { min: least },
  fraction: { min: least, max: 1 },
};

const units = Object.keys(ranges) as Unit[];

/** An option that is a duration. */
export const durationSpec: OptionSpec<Duration> = {
  read: (place, name, value) => {
    const given = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    const unit = units.find((one) => one === given[0]);
    if (given.length !== 1 || unit === undefined) {
      throw new OptionError('option/duration', `${name} is ${shown(value)}`, {
        place,
        mend: `Give a duration with its unit, such as epochs(10) or { "epochs": 10 }. ${suggestion(given[0] ?? '', units)}`,
      });
    }
    const length = (value as Record<Unit, unknown>)[unit];
    return Object.freeze({ [unit]: checkNumber(place, `${name}.${unit}`, length, ranges[unit]) }) as Duration;
  },
  schema: refer('duration'),
};

/** What JSON may hold as a duration: one unit. */
export const durationSchema: JsonSchema = {
  anyOf: units.map((unit) => optionsSchema({ [unit]: number(ranges[unit]) })),
  $comment: 'a duration with its unit, such as { "epochs": 10 }',
};

/** An option that is a list of durations, at least one. */
export const durationsSpec = list(durationSpec, 'a list of durations, such as [epochs(30), epochs(60)]');

/** Reads a duration from plain data, with the checks of its builder. */
export function readDuration(place: string, name: string, value: unknown): Duration {
  return durationSpec.read(place, name, value);
}

function unitOf(duration: Duration): Unit {
  return Object.keys(duration)[0] as Unit;
}

function lengthOf(duration: Duration): number {
  return (duration as Record<Unit, number>)[unitOf(duration)];
}

/** The part of a duration that a position has done: 0 at the start, 1 at its end, beyond 1 after it. */
export function progress(duration: Duration, position: Position): number {
  return position[counted[unitOf(duration)]] / lengthOf(duration);
}

/** The progress that positions before `before` stay below; infinite where its units do not tell. */
export function progressBefore(duration: Duration, before: Before | undefined): number {
  const end = before?.[counted[unitOf(duration)]];
  return end === undefined ? Number.POSITIVE_INFINITY : end / lengthOf(duration);
}

/**
 * How many whole times a part has been done. Rounding of decimal epochs (0.3/0.1 is a little under 3) must not delay a
 * change by a step, so what is within a relative 1e-12 of the next whole number has reached it.
 */
export function wholeTimes(part: number): number {
  return Math.floor(part * (1 + 1e-12));
}

/** Has the duration ended at this position? */
export function isOver(duration: Duration, position: Position): boolean {
  return wholeTimes(progress(duration, position)) >= 1;
}

/** Steps and examples are counted one by one: rounding of the other units is taken back. */
function count(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= 1e-9 * Math.max(1, whole) ? whole : value;
}

/**
 * A position as seen from the end of a duration, which it has reached. Where that end lies in other units follows from
 * the position itself, for they grow in proportion: at step 510 and epoch 5.1, epochs(5) ended at step 500. A unit is
 * computed when it is asked for, and the evaluations are those since the end.
 */
export function positionAfter(duration: Duration, position: Position): Position {
  const unit = unitOf(duration);
  const left = (asked: Unit) => {
    const at = position[counted[asked]];
    if (asked === unit) return Math.max(at - lengthOf(duration), 0);
    const done = progress(duration, position);
    return at * Math.max(1 - 1 / done, 0);
  };
  return {
    get step() {
      return count(left('steps'));
    },
    get epoch() {
      return left('epochs');
    },
    get examples() {
      return count(left('examples'));
    },
    get fraction() {
      return left('fraction');
    },
    get evaluations() {
      const end = position.epoch - left('epochs');
      return (position.evaluations ?? [])
        .filter(({ epoch }) => epoch - end > 1e-9 * epoch)
        .map(({ epoch, measures }) => ({ epoch: epoch - end, measures }));
    },
  };
}

/** What is left of `before` after a duration: nothing (`'ended'`), or `undefined` where its units do not tell. */
export function beforeAfter(duration: Duration, before: Before | undefined): Before | 'ended' | undefined {
  const name = counted[unitOf(duration)];
  const end = before?.[name];
  if (end === undefined) return undefined;
  return end > lengthOf(duration) ? { [name]: end - lengthOf(duration) } : 'ended';
}

/** The part of training that a duration makes up, for `boundsOf`. */
export function during(duration: Duration): Before {
  return { [counted[unitOf(duration)]]: lengthOf(duration) };
}

/** The first position. */
export const firstPosition: Position = Object.freeze({ step: 0, epoch: 0, examples: 0, fraction: 0 });
