import { OptionError } from '../../base/errors.ts';
import { flag, number, type OptionSpecs, oneOf, optional, readOptions, withDefault } from '../../base/option-spec.ts';
import { checkNumber } from '../../base/options.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import { type Duration, durationSpec, progress } from './duration.ts';
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

const oneCycleOptions = {
  mode: withDefault(oneOf(['rate', 'momentum']), 'rate'),
  from: optional(number()),
  peak: optional(number()),
  to: optional(number()),
  over: durationSpec,
  rise: withDefault(number({ min: 0, exclusiveMin: true, max: 1, exclusiveMax: true }), 0.3),
  shape: withDefault(oneOf(['cosine', 'linear']), 'cosine'),
  threePhase: withDefault(flag, false),
} satisfies OptionSpecs;

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
  options: oneCycleOptions,
  complete: (options) => {
    const place = 'oneCycle';
    const { peak: asked, ...read } = readOptions(place, oneCycleOptions, options);
    const { mode, rise, threePhase } = read;
    if (mode === 'rate' && asked === undefined) {
      throw new OptionError('option/missing', 'peak is missing', { place, mend: 'Give peak, the largest rate.' });
    }
    if (threePhase) checkNumber(place, 'rise', rise, { min: 0, exclusiveMin: true, max: 0.5 });
    const peak = asked ?? 0.85;
    const from = read.from ?? (mode === 'rate' ? peak / 25 : 0.95);
    const to = read.to ?? (mode === 'rate' ? from / 10_000 : from);
    const { over, shape } = read;
    return { mode, from, peak, to, over, rise, shape, threePhase };
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
