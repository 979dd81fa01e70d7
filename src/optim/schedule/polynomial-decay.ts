import { number, type OptionSpecs, positive, readOptions, withDefault } from '../../base/option-spec.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import { type Duration, durationSpec, progress } from './duration.ts';

/** Options of `polynomialDecay`. */
export interface PolynomialDecayOptions {
  readonly from: number;
  readonly over: Duration;
  readonly to?: number;
  readonly power?: number;
}

/** `polynomialDecay` with all its options. */
export type PolynomialDecay = Required<PolynomialDecayOptions>;

const polynomialDecayOptions = {
  from: number(),
  to: withDefault(number(), 0),
  over: durationSpec,
  power: withDefault(positive, 1),
} satisfies OptionSpecs;

/**
 * to + (from − to)(1 − k/τ)^power, and `to` once k ≥ τ. Power 1 is `linearDecay`.
 *
 * - `from`: a finite number; `to`: another, 0 as in PyTorch's PolynomialLR.
 * - `over` τ: a duration with its unit.
 * - `power` above 0; 1, as in PyTorch and Keras. Above 1 it falls early, below 1 late.
 *
 * ```ts
 * momentum({ learningRate: polynomialDecay({ from: 0.01, over: fraction(1), power: 0.9 }) });
 * ```
 */
export const polynomialDecay = schedule<PolynomialDecay, PolynomialDecayOptions>({
  name: 'polynomialDecay',
  options: polynomialDecayOptions,
  complete: (options) => readOptions('polynomialDecay', polynomialDecayOptions, options),
  at: (options, position) => curve(options, progress(options.over, position)),
  bounds: (options, before) => curveBounds((part) => curve(options, part), options.over, before),
  tail: ({ to }) => staysAt(to),
});

function curve({ from, to, power }: PolynomialDecay, part: number): number {
  const left = (1 - Math.min(part, 1)) ** power;
  return left * from + (1 - left) * to;
}
