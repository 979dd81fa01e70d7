import { number, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import { type Duration, durationSpec, progress } from './duration.ts';
import { ramps } from './ramp.ts';

const linearDecayOptions = {
  from: number(),
  to: number(),
  over: durationSpec,
} satisfies OptionSpecs;

/**
 * A straight line, then flat: (1 − a)·from + a·to with a = k/τ, and `to` once k ≥ τ (Goodfellow et al., eq. 8.14). The
 * first step has the value `from`.
 *
 * - `from`, `to`: finite numbers; the book advises `to` at about 1 % of `from`.
 * - `over` τ: a duration with its unit, `steps(n)`, `epochs(x)`, `examples(n)` or `fraction(x)`; the book: a few hundred
 *   epochs.
 *
 * ```ts
 * sgd({ learningRate: linearDecay({ from: 0.1, to: 0.001, over: epochs(200) }) });
 * ```
 */
export const linearDecay = schedule<{ readonly from: number; readonly to: number; readonly over: Duration }>({
  name: 'linearDecay',
  options: linearDecayOptions,
  complete: (options) => readOptions('linearDecay', linearDecayOptions, options),
  at: ({ from, to, over }, position) => ramps.linear(from, to, progress(over, position)),
  bounds: ({ from, to, over }, before) => curveBounds((part) => ramps.linear(from, to, part), over, before),
  tail: ({ to }) => staysAt(to),
});
