/** Options of schedules that are schedules themselves. */

import { OptionError } from '../../base/errors.ts';
import { checkNumber } from '../../base/options.ts';
import { boundsOf, isSchedule, type Schedule } from '../../rule/schedule.ts';

/**
 * A number or a schedule that a builder made; returned as it is. What comes from JSON has been through `readSchedule`,
 * which reads innermost schedules first.
 */
export function checkValue(place: string, name: string, value: unknown): number | Schedule {
  if (typeof value === 'number') return checkNumber(place, name, value);
  if (!isSchedule(value)) {
    throw new OptionError('option/form', `${name} is ${JSON.stringify(value)}`, {
      place,
      mend: 'Give a number or a schedule.',
    });
  }
  boundsOf(value); // Throws here, not in the middle of training, where the value is data that was not read.
  return value;
}
