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

/** More levels than anything written by hand, and fewer than readers that call themselves have room for. */
const deepest = 500;

/** Refuses a plain value whose lists and objects lie in one another more than 500 levels deep. */
export function checkDepth(place: string, name: string, value: unknown): void {
  const seen = new Set<object>();
  const isNest = (one: unknown): one is object =>
    typeof one === 'object' && one !== null && !ArrayBuffer.isView(one) && !seen.has(one);
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepest) {
      throw new OptionError('option/depth', `${name} is nested more than ${deepest} levels deep`, {
        place,
        mend: 'Write it flatter.',
      });
    }
    const inner: unknown[] = [];
    for (const nest of level) {
      if (!isNest(nest)) continue;
      seen.add(nest);
      for (const part of Object.values(nest)) if (isNest(part)) inner.push(part);
    }
    level = inner;
  }
}
