import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import { type Duration, durationSpec, progress } from './duration.ts';
import { ramps } from './ramp.ts';

/** Options of `cosineDecay`. */
export interface CosineDecayOptions {
  readonly from: number;
  readonly over: Duration;
  readonly to?: number;
}

/** `cosineDecay` with all its options. */
export type CosineDecay = Required<CosineDecayOptions>;

const cosineDecayOptions = {
  from: number(),
  to: withDefault(number(), 0),
  over: durationSpec,
} satisfies OptionSpecs;

/**
 * Half a wave of the cosine, then flat: to + ½(from − to)(1 + cos(πk/τ)), and `to` once k ≥ τ (Loshchilov and Hutter,
 * 2017, without restarts). PyTorch's CosineAnnealingLR would rise again after τ.
 *
 * - `from`: a finite number; `to`: another, 0 as in PyTorch and Keras.
 * - `over` τ: a duration with its unit.
 *
 * ```ts
 * adam({ learningRate: cosineDecay({ from: 0.001, over: fraction(1) }) });
 * ```
 */
export const cosineDecay = schedule<CosineDecay, CosineDecayOptions>({
  name: 'cosineDecay',
  options: cosineDecayOptions,
  complete: (options) => readOptions('cosineDecay', cosineDecayOptions, options),
  at: ({ from, to, over }, position) => ramps.cosine(from, to, progress(over, position)),
  bounds: ({ from, to, over }, before) => curveBounds((part) => ramps.cosine(from, to, part), over, before),
  tail: ({ to }) => staysAt(to),
});
