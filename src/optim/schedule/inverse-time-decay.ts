import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import { type Duration, durationSpec, progress } from './duration.ts';

/** Options of `inverseTimeDecay`. */
export interface InverseTimeDecayOptions {
  readonly from: number;
  readonly over: Duration;
  readonly power?: number;
}

/** `inverseTimeDecay` with all its options. */
export type InverseTimeDecay = Required<InverseTimeDecayOptions>;

const inverseTimeDecayOptions = {
  from: number(),
  over: durationSpec,
  power: withDefault(number({ min: 0 }), 1),
} satisfies OptionSpecs;

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
  options: inverseTimeDecayOptions,
  complete: (options) => readOptions('inverseTimeDecay', inverseTimeDecayOptions, options),
  at: (options, position) => curve(options, progress(options.over, position)),
  bounds: (options, before) => curveBounds((part) => curve(options, part), options.over, before),
  tail: ({ from, power }) =>
    from === 0 ? staysAt(from) : { power, reason: `it falls as 1/k^${power} once k is far beyond τ` },
});

function curve({ from, power }: InverseTimeDecay, part: number): number {
  return from / (1 + part) ** power;
}
