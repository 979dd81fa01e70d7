import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import type { InitializerRow } from './initializer.ts';

export interface Uniform {
  readonly initializer: 'uniform';
  readonly min: number;
  readonly max: number;
}

/**
 * Independent draws, uniform between `min` and `max`.
 *
 * @example dense(10, { weightInitializer: uniform({ min: -0.05, max: 0.05 }) })
 */
export function uniform(options: { readonly min: number; readonly max: number }): Uniform {
  checkOptionNames('uniform', options, ['min', 'max']);
  const min = checkNumber('uniform', 'min', options.min);
  const max = checkNumber('uniform', 'max', options.max);
  if (min > max) {
    throw new OptionError('option/range', `min ${min} is above max ${max}`, {
      place: 'uniform',
      mend: 'Give the smaller one as min.',
    });
  }
  return frozen({ initializer: 'uniform', min, max });
}

export const uniformRow: InitializerRow<Uniform> = {
  usesFan: false,
  read: (options) => uniform(options as { min: number; max: number }),
  fill: ({ min, max }, values, _shape, _fan, stream) => {
    for (let i = 0; i < values.length; i++) values[i] = min + (max - min) * stream.uniform();
  },
};
