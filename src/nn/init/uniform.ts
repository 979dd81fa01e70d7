import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import type { InitializerRow } from './initializer.ts';

export interface Uniform {
  readonly initializer: 'uniform';
  readonly min: number;
  readonly max: number;
}

const uniformOptions = {
  min: number(),
  max: number(),
} satisfies OptionSpecs;

/**
 * Independent draws, uniform between `min` and `max`.
 *
 * @example dense(10, { weightInitializer: uniform({ min: -0.05, max: 0.05 }) })
 */
export function uniform(options: { readonly min: number; readonly max: number }): Uniform {
  const { min, max } = readOptions('uniform', uniformOptions, options);
  if (min > max) {
    throw new OptionError('option/range', `min ${min} is above max ${max}`, {
      place: 'uniform',
      mend: 'Give the smaller one as min.',
    });
  }
  return frozen({ initializer: 'uniform', min, max });
}

export const uniformRow: InitializerRow<Uniform> = {
  options: uniformOptions,
  usesFan: false,
  read: (options) => uniform(options as { min: number; max: number }),
  fill: ({ min, max }, values, _shape, _fan, stream) => {
    for (let i = 0; i < values.length; i++) values[i] = min + (max - min) * stream.uniform();
  },
};
