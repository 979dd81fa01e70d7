import { number, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { curveBounds } from './curve.ts';
import { type Duration, durationSpec, progress } from './duration.ts';

/** `inverseSquareRootDecay` as data. */
export interface InverseSquareRootDecay {
  readonly from: number;
  readonly over: Duration;
}

const inverseSquareRootDecayOptions = {
  from: number(),
  over: durationSpec,
} satisfies OptionSpecs;

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
  options: inverseSquareRootDecayOptions,
  complete: (options) => readOptions('inverseSquareRootDecay', inverseSquareRootDecayOptions, options),
  at: ({ from, over }, position) => from / Math.sqrt(1 + progress(over, position)),
  bounds: ({ from, over }, before) => curveBounds((part) => from / Math.sqrt(1 + part), over, before),
  tail: ({ from }) => (from === 0 ? staysAt(from) : { power: 0.5, reason: 'it falls as 1/√k once k is far beyond τ' }),
});
