import { frozen } from '../../base/frozen.ts';
import { flag, number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import type { RandomStream } from '../../base/random.ts';
import type { InitializerRow } from './initializer.ts';

export interface TruncatedNormal {
  readonly initializer: 'truncatedNormal';
  readonly mean: number;
  readonly deviation: number;
  readonly corrected: boolean;
}

export interface TruncatedNormalOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation, at least 0. Default 1. */
  readonly deviation?: number;
  /**
   * Whether `deviation` is that of the draws after the cut (true), or that of the normal distribution before it (false,
   * the default, as TensorFlow's `truncated_normal`).
   */
  readonly corrected?: boolean;
}

/** Standard deviation of a standard normal variable that is redrawn until it lies within ±2. */
export const deviationWithinTwo = 0.87962566103423978;

/** A standard normal draw, redrawn until it lies within ±2. */
export function drawWithinTwo(stream: RandomStream): number {
  let draw = stream.normal();
  while (Math.abs(draw) > 2) draw = stream.normal();
  return draw;
}

const truncatedNormalOptions = {
  mean: withDefault(number(), 0),
  deviation: withDefault(number({ min: 0 }), 1),
  corrected: withDefault(flag, false),
} satisfies OptionSpecs;

/**
 * Normal draws, redrawn until they lie within two standard deviations of the mean: no unit starts far out.
 *
 * PyTorch's `trunc_normal_` is another thing: it cuts at absolute bounds, ±2 by default whatever the deviation.
 *
 * @example conv2d({ channels: 32, kernel: 5, weightInitializer: truncatedNormal({ deviation: 0.05 }) })
 */
export function truncatedNormal(options: TruncatedNormalOptions = {}): TruncatedNormal {
  return frozen({ initializer: 'truncatedNormal', ...readOptions('truncatedNormal', truncatedNormalOptions, options) });
}

export const truncatedNormalRow: InitializerRow<TruncatedNormal> = {
  options: truncatedNormalOptions,
  usesFan: false,
  read: (options) => truncatedNormal(options),
  fill: ({ mean, deviation, corrected }, values, _shape, _fan, stream) => {
    const scale = corrected ? deviation / deviationWithinTwo : deviation;
    for (let i = 0; i < values.length; i++) values[i] = mean + scale * drawWithinTwo(stream);
  },
};
