/** Options of schedules that are schedules themselves. */

import { OptionError } from '../../base/errors.ts';
import { rangeSchema, refer } from '../../base/json-schema.ts';
import type { OptionSpec } from '../../base/option-spec.ts';
import { checkNumber } from '../../base/options.ts';
import { shown } from '../../base/shown.ts';
import { boundsOf, isSchedule, type Schedule } from '../../rule/schedule.ts';

const schedule = refer('schedule');

/**
 * An option that is a number or a schedule that a builder made; given as it is. What comes from JSON has been through
 * `readSchedule`, which reads innermost schedules first.
 */
export const valueSpec: OptionSpec<number | Schedule> = {
  read: (place, name, value) => {
    if (typeof value === 'number') return checkNumber(place, name, value);
    if (!isSchedule(value)) {
      throw new OptionError('option/form', `${name} is ${shown(value)}`, {
        place,
        mend: 'Give a number or a schedule.',
      });
    }
    boundsOf(value); // Throws here, not in the middle of training, where the value is data that was not read.
    return value;
  },
  schema: { anyOf: [rangeSchema({}), schedule] },
};
