import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import { type Duration, progress, readDuration } from './duration.ts';

/** Options of `inverseTimeDecay`. */
export interface InverseTimeDecayOptions {
  readonly from: number;
  readonly over: Duration;
  readonly power?: number;
}

/** `inverseTimeDecay` with all its options. */
export type InverseTimeDecay = Required<InverseTimeDecayOptions>;

/**
 * from / (1 + k/τ)^power: with power 1 the classical decay of stochastic approximation (Robbins and Monro, 1951), half of
 * `from` after τ. Σε = ∞ and Σε² < ∞ hold for powers above ½ and up to 1.
 *
 * - `from`: a finite number.
 * - `over` τ: a duration with its unit; `decay_steps / decay_rate` of Keras.
 * - `power` ≥ 0; 1, as in Keras.
 *
 * ```ts
 * sgd({ learningRate: inverseTimeDecay({ from: 0.1, over: epochs(10) }) });
 * ```
 */
export const inverseTimeDecay = schedule<InverseTimeDecay, InverseTimeDecayOptions>({
  name: 'inverseTimeDecay',
  complete: (options) => {
    checkOptionNames('inverseTimeDecay', options, ['from', 'over', 'power']);
    return {
      from: checkNumber('inverseTimeDecay', 'from', options.from),
      over: readDuration('inverseTimeDecay', 'over', options.over),
      power: checkNumber('inverseTimeDecay', 'power', options.power ?? 1, { min: 0 }),
    };
  },
  at: (options, position) => curve(options, progress(options.over, position)),
  bounds: (options, before) => curveBounds((part) => curve(options, part), options.over, before),
  tail: ({ from, power }) =>
    from === 0 ? staysAt(from) : { power, reason: `it falls as 1/k^${power} once k is far beyond τ` },
});

function curve({ from, power }: InverseTimeDecay, part: number): number {
  return from / (1 + part) ** power;
}
