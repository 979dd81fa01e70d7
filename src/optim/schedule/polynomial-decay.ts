import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import { type Duration, progress, readDuration } from './duration.ts';

/** Options of `polynomialDecay`. */
export interface PolynomialDecayOptions {
  readonly from: number;
  readonly over: Duration;
  readonly to?: number;
  readonly power?: number;
}

/** `polynomialDecay` with all its options. */
export type PolynomialDecay = Required<PolynomialDecayOptions>;

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
  complete: (options) => {
    checkOptionNames('polynomialDecay', options, ['from', 'to', 'over', 'power']);
    return {
      from: checkNumber('polynomialDecay', 'from', options.from),
      to: checkNumber('polynomialDecay', 'to', options.to ?? 0),
      over: readDuration('polynomialDecay', 'over', options.over),
      power: checkNumber('polynomialDecay', 'power', options.power ?? 1, { min: 0, exclusiveMin: true }),
    };
  },
  at: (options, position) => curve(options, progress(options.over, position)),
  bounds: (options, before) => curveBounds((part) => curve(options, part), options.over, before),
  tail: ({ to }) => staysAt(to),
});

function curve({ from, to, power }: PolynomialDecay, part: number): number {
  const left = (1 - Math.min(part, 1)) ** power;
  return left * from + (1 - left) * to;
}
