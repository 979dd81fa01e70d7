/** Durations as data, each with its unit: `{ epochs: 2 }`. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { checkNumber } from '../../base/options.ts';
import type { Position } from '../../rule/schedule.ts';

/** Exactly one unit and how many of it. */
export type Duration =
  | { readonly steps: number }
  | { readonly epochs: number }
  | { readonly examples: number }
  | { readonly fraction: number };

/** How far a position is, in each unit. */
const elapsed = {
  steps: (position) => position.step,
  epochs: (position) => position.epoch,
  examples: (position) => position.examples,
  fraction: (position) => position.fraction,
} as const satisfies Record<string, (position: Position) => number>;

type Unit = keyof typeof elapsed;

/** A duration in optimizer steps, above 0. */
export function steps(count: number): { readonly steps: number } {
  return Object.freeze({ steps: checkNumber('steps', 'count', count, { min: 0, exclusiveMin: true }) });
}

/** A duration in epochs, decimals allowed, above 0. */
export function epochs(count: number): { readonly epochs: number } {
  return Object.freeze({ epochs: checkNumber('epochs', 'count', count, { min: 0, exclusiveMin: true }) });
}

/** A duration in training examples seen, above 0. */
export function examples(count: number): { readonly examples: number } {
  return Object.freeze({ examples: checkNumber('examples', 'count', count, { min: 0, exclusiveMin: true }) });
}

/** A duration as a part of the whole training, in (0, 1]. */
export function fraction(part: number): { readonly fraction: number } {
  return Object.freeze({ fraction: checkNumber('fraction', 'part', part, { min: 0, exclusiveMin: true, max: 1 }) });
}

const build = { steps, epochs, examples, fraction } as const satisfies Record<Unit, (count: number) => Duration>;

/** Reads a duration from plain data, with the checks of its builder. */
export function readDuration(place: string, name: string, value: unknown): Duration {
  const units = Object.keys(build) as Unit[];
  const given = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const unit = units.find((one) => one === given[0]);
  if (given.length !== 1 || unit === undefined) {
    throw new OptionError('option/duration', `${name} is ${JSON.stringify(value)}`, {
      place,
      mend: `Give a duration with its unit, such as epochs(10) or { "epochs": 10 }. ${suggestion(given[0] ?? '', units)}`,
    });
  }
  return build[unit]((value as Record<Unit, number>)[unit]);
}

/** The part of a duration that a position has done: 0 at the start, 1 at its end, beyond 1 after it. */
export function progress(duration: Duration, position: Position): number {
  const unit = Object.keys(duration)[0] as Unit;
  return elapsed[unit](position) / (duration as Record<Unit, number>)[unit];
}
