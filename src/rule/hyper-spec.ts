import { rangeSchema, refer } from '../base/json-schema.ts';
import type { NumberRange } from '../base/number-range.ts';
import type { OptionSpec } from '../base/option-spec.ts';
import { checkNumber } from '../base/options.ts';
import { boundsOf, isSchedule, type Schedule } from './schedule.ts';

/** A number in range, or a schedule whose every value is. */
export function checkHyper(place: string, name: string, value: unknown, range: NumberRange): number | Schedule {
  if (!isSchedule(value)) return checkNumber(place, name, value, range);
  for (const bound of boundsOf(value)) checkNumber(place, `a value of ${name}`, bound, range);
  return value;
}

/** An option that is a number in a range, or a schedule whose every value is. */
export function hyperSpec(range: NumberRange): OptionSpec<number | Schedule> {
  return {
    read: (place, name, value) => checkHyper(place, name, value, range),
    schema: { anyOf: [rangeSchema(range), refer('schedule')] },
  };
}
