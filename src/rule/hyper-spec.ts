import { OptionError } from '../base/errors.ts';
import { describeSchema, type JsonSchema, rangeSchema, refer } from '../base/json-schema.ts';
import type { NumberRange } from '../base/number-range.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import { checkNumber } from '../base/options.ts';
import { shown } from '../base/shown.ts';
import { boundsOf, isSchedule, type Schedule } from './schedule.ts';

function hyperSchema(range: NumberRange): JsonSchema {
  return { anyOf: [rangeSchema(range), refer('schedule')] };
}

/** A number in range, or a schedule whose every value is. */
export function checkHyper(place: string, name: string, value: unknown, range: NumberRange): number | Schedule {
  if (typeof value !== 'number' && !isSchedule(value)) {
    throw new OptionError('option/range', `${name} is ${shown(value)}`, {
      place,
      mend: `Give ${describeSchema(hyperSchema(range))}.`,
    });
  }
  if (typeof value === 'number') return checkNumber(place, name, value, range);
  for (const bound of boundsOf(value)) checkNumber(place, `a value of ${name}`, bound, range);
  return value;
}

/** An option that is a number in a range, or a schedule whose every value is. */
export function hyperSpec(range: NumberRange): OptionSpec<number | Schedule> {
  return {
    read: (place, name, value) => checkHyper(place, name, value, range),
    schema: hyperSchema(range),
  };
}
