import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import { type Duration, progress, readDuration } from './duration.ts';

/** `inverseSquareRootDecay` as data. */
export interface InverseSquareRootDecay {
  readonly from: number;
  readonly over: Duration;
}

/**
 * from / √(1 + k/τ). After a warm-up that also takes τ this is from · √(τ/k) with k counted from the start of training:
 * the rate of the Transformer (Vaswani et al., 2017).
 *
 * - `from`: a finite number, the largest.
 * - `over` τ: a duration with its unit; the paper: 4000 steps.
 *
 * ```ts
 * const decay = inverseSquareRootDecay({ from: 7e-4, over: steps(4000) });
 * adam({ learningRate: warmup({ from: 0, over: steps(4000), into: decay }) });
 * ```
 */
export const inverseSquareRootDecay = schedule<InverseSquareRootDecay>({
  name: 'inverseSquareRootDecay',
  complete: (options) => {
    checkOptionNames('inverseSquareRootDecay', options, ['from', 'over']);
    return {
      from: checkNumber('inverseSquareRootDecay', 'from', options.from),
      over: readDuration('inverseSquareRootDecay', 'over', options.over),
    };
  },
  at: ({ from, over }, position) => from / Math.sqrt(1 + progress(over, position)),
  bounds: ({ from, over }, before) => curveBounds((part) => from / Math.sqrt(1 + part), over, before),
  tail: ({ from }) => (from === 0 ? staysAt(from) : { power: 0.5, reason: 'it falls as 1/√k once k is far beyond τ' }),
});
