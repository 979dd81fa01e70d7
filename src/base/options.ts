/** Checks of what a caller passes. Each throws an OptionError that names the option, the value and the mend. */

import { OptionError } from './errors.ts';
import { describeSchema, rangeSchema } from './json-schema.ts';
import { suggestion } from './nearest.ts';
import type { NumberRange } from './number-range.ts';
import { shown } from './shown.ts';

/** Refuses option names that `known` does not list. `place` names the function, as the caller writes it. */
export function checkOptionNames(place: string, options: object, known: readonly string[]): void {
  for (const name of Object.keys(options)) {
    if (!known.includes(name)) {
      throw new OptionError('option/unknown', `unknown option "${name}"`, { place, mend: suggestion(name, known) });
    }
  }
}

/** Refuses anything but a finite number within `range`; returns it, −0 as 0: JSON has no other. */
export function checkNumber(place: string, name: string, value: unknown, range: NumberRange = {}): number {
  const fits =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (!range.integer || Number.isInteger(value)) &&
    (range.min === undefined || (range.exclusiveMin ? value > range.min : value >= range.min)) &&
    (range.max === undefined || (range.exclusiveMax ? value < range.max : value <= range.max));
  if (!fits) {
    throw new OptionError('option/range', `${name} is ${shown(value)}`, {
      place,
      mend: `Give ${describeSchema(rangeSchema(range))}.`,
    });
  }
  return (value as number) === 0 ? 0 : (value as number);
}

/** Refuses anything but one of `known`; returns it. */
export function checkOneOf<T extends string>(place: string, name: string, value: unknown, known: readonly T[]): T {
  if (!known.includes(value as T)) {
    throw new OptionError('option/choice', `${name} is ${shown(value)}`, {
      place,
      mend: suggestion(String(value), known),
    });
  }
  return value as T;
}

/** Refuses anything but true and false; returns it. */
export function checkBoolean(place: string, name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') {
    throw new OptionError('option/choice', `${name} is ${shown(value)}`, {
      place,
      mend: 'Give true or false.',
    });
  }
  return value;
}
