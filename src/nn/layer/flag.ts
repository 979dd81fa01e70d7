import { OptionError } from '../../base/errors.ts';

/** Refuses anything but true and false; returns it. */
export function checkFlag(place: string, name: string, value: unknown): boolean {
  if (typeof value === 'boolean') return value;
  throw new OptionError('option/range', `${name} is ${JSON.stringify(value)}`, { place, mend: 'Give true or false.' });
}
