import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import type { InitializerRow } from './initializer.ts';

export interface Normal {
  readonly initializer: 'normal';
  readonly mean: number;
  readonly deviation: number;
}

export interface NormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation, at least 0. Default 1, the standard normal distribution. */
  readonly deviation?: number;
}

const normalOptions = {
  mean: withDefault(number(), 0),
  deviation: withDefault(number({ min: 0 }), 1),
} satisfies OptionSpecs;

/**
 * Independent draws from the normal distribution with the given mean and standard deviation.
 *
 * @example dense(10, { weightInitializer: normal({ deviation: 0.01 }) })
 */
export function normal(options: NormalOptions = {}): Normal {
  return frozen({ initializer: 'normal', ...readOptions('normal', normalOptions, options) });
}

export const normalRow: InitializerRow<Normal> = {
  options: normalOptions,
  usesFan: false,
  read: (options) => normal(options),
  fill: ({ mean, deviation }, values, _shape, _fan, stream) => {
    for (let i = 0; i < values.length; i++) values[i] = mean + deviation * stream.normal();
  },
};
