/** What stands where an augmentation leaves no pixel: a stored value, one for each channel, or the mean. */

import { OptionError } from '../../base/errors.ts';
import { rangeSchema } from '../../base/json-schema.ts';
import { list, number, type OptionSpec } from '../../base/option-spec.ts';
import { checkNumber } from '../../base/options.ts';
import type { ImageForm } from './augmentation.ts';

/** In stored values, before normalization: 0 is black. `'mean'`: what normalization takes to 0. */
export type Fill = number | readonly number[] | 'mean';

const fillForms = "a stored value (0 is black), a list of one for each channel, or 'mean'";
const byChannel = list(number(), fillForms);

/** An option that is a `Fill`. */
export const fillSpec: OptionSpec<Fill> = {
  read: (place, name, value) => {
    if (value === 'mean') return value;
    return typeof value === 'number' ? checkNumber(place, name, value) : byChannel.read(place, name, value);
  },
  schema: { anyOf: [rangeSchema({}), byChannel.schema, { const: 'mean' }], $comment: fillForms },
};

/** The stored value for each channel. */
export function fillOf(place: string, fill: Fill, { channels, dtype, background }: ImageForm): readonly number[] {
  if (fill === 'mean') return background;
  const values = typeof fill === 'number' ? new Array<number>(channels).fill(fill) : fill;
  if (values.length !== channels) {
    throw new OptionError('option/length', `fill has ${values.length} numbers for ${channels} channels`, {
      place,
      mend: "Give one for each channel, one number for all, or 'mean'.",
    });
  }
  if (dtype !== 'float32') {
    const range = dtype === 'uint8' ? { integer: true, min: 0, max: 255 } : { integer: true };
    values.forEach((value) => void checkNumber(place, 'fill', value, range));
  }
  return values;
}
