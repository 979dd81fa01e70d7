/** What stands where an augmentation leaves no pixel: a stored value, one for each channel, or the mean. */

import { OptionError } from '../../base/errors.ts';
import { checkNumber } from '../../base/options.ts';
import type { ImageForm } from './augmentation.ts';

/** In stored values, before normalization: 0 is black. `'mean'`: what normalization takes to 0. */
export type Fill = number | readonly number[] | 'mean';

/** Refuses what is no fill; returns a frozen copy. */
export function checkFill(place: string, value: unknown): Fill {
  if (value === 'mean') return value;
  if (typeof value === 'number') return checkNumber(place, 'fill', value);
  if (Array.isArray(value) && value.length > 0) {
    return Object.freeze(value.map((part, channel) => checkNumber(place, `fill[${channel}]`, part)));
  }
  throw new OptionError('option/choice', `fill is ${JSON.stringify(value) ?? String(value)}`, {
    place,
    mend: "Give a stored value (0 is black), a list of one for each channel, or 'mean'.",
  });
}

/** The stored value for each channel. */
export function fillOf(place: string, fill: Fill, { channels, dtype, background }: ImageForm): readonly number[] {
  if (fill === 'mean') return background;
  const values = typeof fill === 'number' ? new Array<number>(channels).fill(fill) : fill;
  if (values.length !== channels) {
    throw new OptionError('option/length', `fill has ${values.length} numbers for ${channels} channels`, { place });
  }
  if (dtype !== 'float32') {
    const range = dtype === 'uint8' ? { integer: true, min: 0, max: 255 } : { integer: true };
    values.forEach((value) => void checkNumber(place, 'fill', value, range));
  }
  return values;
}
