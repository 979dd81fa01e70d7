import { OptionError } from '../../base/errors.ts';
import { checkBoolean, checkNumber, checkOneOf, checkOptionNames } from '../../base/options.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import { type Duration, progress, readDuration } from './duration.ts';
import { ramps } from './ramp.ts';

/** Options of `oneCycle`. */
export interface OneCycleOptions {
  readonly over: Duration;
  readonly mode?: 'rate' | 'momentum';
  readonly from?: number;
  readonly peak?: number;
  readonly to?: number;
  readonly rise?: number;
  readonly shape?: 'cosine' | 'linear';
  readonly threePhase?: boolean;
}

/** `oneCycle` with all its options. */
export type OneCycle = Required<OneCycleOptions>;

/**
 * One cycle: from `from` to `peak` during the first part, `rise`, and on to `to` in the rest (Smith and Topin, 2018). The
 * learning rate goes up and then far down, while the momentum mirrors it: the same builder with mode `'momentum'`.
 *
 * - `over`: the whole cycle, a duration with its unit; `to` after it.
 * - `mode` `'rate'` (default): `peak` is required; `from` is peak/25 and `to` from/10000. `'momentum'`: `from` is 0.95,
 *   `peak`, its value while the rate is at its peak, 0.85, and `to` the same as `from`. Defaults of PyTorch's OneCycleLR.
 * - `rise` in (0, 1), 0.3; `shape` `'cosine'` (default) or `'linear'`: as in PyTorch.
 * - `threePhase` (default false): as in the paper, back to `from` in as much time as the rise took, and only then to `to`;
 *   `rise` is then at most ½. PyTorch counts phases so that `to` falls on its last step; here it stands at the end of `over`.
 *
 * ```ts
 * momentum({
 *   learningRate: oneCycle({ peak: 0.1, over: fraction(1) }),
 *   momentum: oneCycle({ mode: 'momentum', over: fraction(1) }),
 * });
 * ```
 */
export const oneCycle = schedule<OneCycle, OneCycleOptions>({
  name: 'oneCycle',
  complete: (options) => {
    const place = 'oneCycle';
    checkOptionNames(place, options, ['over', 'mode', 'from', 'peak', 'to', 'rise', 'shape', 'threePhase']);
    const mode = checkOneOf(place, 'mode', options.mode ?? 'rate', ['rate', 'momentum']);
    if (mode === 'rate' && options.peak === undefined) {
      throw new OptionError('option/missing', 'peak is missing', { place, mend: 'Give peak, the largest rate.' });
    }
    const peak = checkNumber(place, 'peak', options.peak ?? 0.85);
    const from = checkNumber(place, 'from', options.from ?? (mode === 'rate' ? peak / 25 : 0.95));
    const threePhase = checkBoolean(place, 'threePhase', options.threePhase ?? false);
    const inside = threePhase
      ? { min: 0, exclusiveMin: true, max: 0.5 }
      : { min: 0, exclusiveMin: true, max: 1, exclusiveMax: true };
    return {
      mode,
      from,
      peak,
      to: checkNumber(place, 'to', options.to ?? (mode === 'rate' ? from / 10_000 : from)),
      over: readDuration(place, 'over', options.over),
      rise: checkNumber(place, 'rise', options.rise ?? 0.3, inside),
      shape: checkOneOf(place, 'shape', options.shape ?? 'cosine', ['cosine', 'linear']),
      threePhase,
    };
  },
  at: (options, position) => curve(options, progress(options.over, position)),
  bounds: (options, before) => {
    const turns = options.threePhase ? [options.rise, 2 * options.rise] : [options.rise];
    return curveBounds((part) => curve(options, part), options.over, before, turns);
  },
  tail: ({ to }) => staysAt(to),
});

function curve({ from, peak, to, rise, shape, threePhase }: OneCycle, part: number): number {
  const ramp = ramps[shape];
  if (part >= 1) return to;
  if (part < rise) return ramp(from, peak, part / rise);
  if (!threePhase) return ramp(peak, to, (part - rise) / (1 - rise));
  if (part < 2 * rise) return ramp(peak, from, part / rise - 1);
  return ramp(from, to, (part - 2 * rise) / (1 - 2 * rise));
}
