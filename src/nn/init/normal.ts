import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
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

/**
 * Independent draws from the normal distribution with the given mean and standard deviation.
 *
 * @example dense(10, { weightInitializer: normal({ deviation: 0.01 }) })
 */
export function normal(options: NormalOptions = {}): Normal {
  checkOptionNames('normal', options, ['mean', 'deviation']);
  const { mean = 0, deviation = 1 } = options;
  return frozen({
    initializer: 'normal',
    mean: checkNumber('normal', 'mean', mean),
    deviation: checkNumber('normal', 'deviation', deviation, { min: 0 }),
  });
}

export const normalRow: InitializerRow<Normal> = {
  usesFan: false,
  read: (options) => normal(options),
  fill: ({ mean, deviation }, values, _shape, _fan, stream) => {
    for (let i = 0; i < values.length; i++) values[i] = mean + deviation * stream.normal();
  },
};
