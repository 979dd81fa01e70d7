import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import { type Duration, progress, readDuration } from './duration.ts';
import { ramps } from './ramp.ts';

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
  complete: (options) => {
    checkOptionNames('linearDecay', options, ['from', 'to', 'over']);
    return {
      from: checkNumber('linearDecay', 'from', options.from),
      to: checkNumber('linearDecay', 'to', options.to),
      over: readDuration('linearDecay', 'over', options.over),
    };
  },
  at: ({ from, to, over }, position) => ramps.linear(from, to, progress(over, position)),
  bounds: ({ from, to, over }, before) => curveBounds((part) => ramps.linear(from, to, part), over, before),
  tail: ({ to }) => staysAt(to),
});
