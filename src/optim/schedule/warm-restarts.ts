import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { checkNumber } from '../../base/options.ts';
import { schedule, staysAt, type Tail } from '../../rule/schedule.ts';
import { power } from './curve.ts';
import { type Duration, durationSpec, progress, progressBefore, wholeTimes } from './duration.ts';
import { ramps } from './ramp.ts';

/** Options of `warmRestarts`. */
export interface WarmRestartsOptions {
  readonly max: number;
  readonly first: Duration;
  readonly min?: number;
  readonly growth?: number;
  readonly maxFactor?: number;
  readonly minFactor?: number;
}

/** `warmRestarts` with all its options. */
export type WarmRestarts = Required<WarmRestartsOptions>;

const shrinking = number({ min: 0, max: 1, exclusiveMin: true });

const warmRestartsOptions = {
  max: number({ min: 0 }),
  min: withDefault(number({ min: 0 }), 0),
  first: durationSpec,
  growth: withDefault(number({ min: 1 }), 1),
  maxFactor: withDefault(shrinking, 1),
  minFactor: withDefault(shrinking, 1),
} satisfies OptionSpecs;

/**
 * Warm restarts (SGDR): in run i, T_cur into its length T_i, η = η_min + ½(η_max − η_min)(1 + cos(π T_cur/T_i)); at its
 * end the next run begins at its maximum again (Loshchilov and Hutter, 2017). T_cur is a decimal number that grows with
 * each batch, so the value never is η_min itself.
 *
 * - `max` η_max ≥ 0; `min` η_min in [0, max], 0 as in the paper.
 * - `first` T₀: the length of the first run, a duration with its unit.
 * - `growth` ≥ 1: each run is that much longer than the one before; 1, as `T_mult` of PyTorch. The paper likes 2.
 * - `maxFactor`, `minFactor` in (0, 1]: what maximum and minimum are multiplied by from run to run; 1, as `m_mul` of Keras.
 *   The maximum never falls under the minimum.
 *
 * ```ts
 * momentum({ learningRate: warmRestarts({ max: 0.05, first: epochs(10), growth: 2 }) }); // restarts at 10, 30, 70, …
 * ```
 */
export const warmRestarts = schedule<WarmRestarts, WarmRestartsOptions>({
  name: 'warmRestarts',
  options: warmRestartsOptions,
  complete: (options) => {
    const place = 'warmRestarts';
    const read = readOptions(place, warmRestartsOptions, options);
    checkNumber(place, 'min', read.min, { min: 0, max: read.max });
    return read;
  },
  at: (options, position) => {
    const { index, part } = runAt(options.growth, progress(options.first, position));
    return value(options, index, part);
  },
  bounds: (options, before) => {
    const { min, max, minFactor } = options;
    const end = progressBefore(options.first, before);
    if (end === Number.POSITIVE_INFINITY) return [minFactor === 1 ? min : 0, max];
    const { index, part } = runAt(options.growth, end);
    // Each run falls throughout, and the last whole one falls lowest of the whole ones.
    const whole = index === 0 ? max : minimum(options, index - 1);
    return [index > 0 && part === 0 ? whole : Math.min(whole, value(options, index, part)), max];
  },
  tail,
});

/**
 * The run that stands at `part`, in lengths of the first run, and the part of it that is done. Lengths are added up, never
 * found by a logarithm, which is wrong at many restarts: ln 243 / ln 3 may come out a little under 5. Thousands of runs
 * alone are passed over by one, up to two before the end.
 */
function runAt(growth: number, done: number): { readonly index: number; readonly part: number } {
  if (growth === 1) {
    const index = wholeTimes(done);
    return { index, part: Math.max(done - index, 0) };
  }
  const rate = Math.log1p(growth - 1);
  const passed = Math.floor(Math.log1p(done * (growth - 1)) / rate) - 2;
  let [index, begin, length] =
    passed > 1000 ? [passed, Math.expm1(passed * rate) / (growth - 1), Math.exp(passed * rate)] : [0, 0, 1];
  while (wholeTimes(done / (begin + length)) >= 1) {
    begin += length;
    length *= growth;
    index++;
  }
  return { index, part: Math.max(done - begin, 0) / length };
}

function minimum({ min, minFactor }: WarmRestarts, index: number): number {
  return min * power(minFactor, index);
}

function value(options: WarmRestarts, index: number, part: number): number {
  const min = minimum(options, index);
  const max = Math.max(options.max * power(options.maxFactor, index), min);
  return ramps.cosine(max, min, part);
}

/**
 * Run i has about growthⁱ steps of a size about factorⁱ, so Σε is like Σ (growth·factor)ⁱ and Σε² like Σ
 * (growth·factor²)ⁱ: the same as for values that fall as k^−p with growth^−p = factor.
 */
function tail({ max, min, growth, maxFactor, minFactor }: WarmRestarts): Tail {
  if (max === 0) return staysAt(0);
  const slowest = min === 0 ? maxFactor : Math.max(maxFactor, minFactor);
  if (slowest === 1) return { power: 0, reason: 'its restarts reach the same height again and again' };
  const exact = growth === 1 ? Number.POSITIVE_INFINITY : -Math.log(slowest) / Math.log(growth);
  // Where growth·factor or growth·factor² is 1, which is where the answers change, rounding must not decide.
  const half = Math.round(2 * exact) / 2;
  return {
    power: Math.abs(exact - half) < 1e-12 ? half : exact,
    reason: `its runs grow by ${growth} while their height falls by ${slowest}`,
  };
}
