import { number, type OptionSpecs, readOptions, share, withDefault } from '../../base/option-spec.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { power } from './curve.ts';
import { type Duration, durationSpec, progress, progressBefore, wholeTimes } from './duration.ts';

/** Options of `stepDecay`. */
export interface StepDecayOptions {
  readonly from: number;
  readonly every: Duration;
  readonly factor?: number;
}

/** `stepDecay` with all its options. */
export type StepDecay = Required<StepDecayOptions>;

const stepDecayOptions = {
  from: number(),
  every: durationSpec,
  factor: withDefault(share, 0.1),
} satisfies OptionSpecs;

/**
 * Falls by a factor again and again: from · factor^⌊k/T⌋.
 *
 * - `from`: a finite number.
 * - `every` T: a duration with its unit.
 * - `factor` in [0, 1]; 0.1, as `gamma` of PyTorch's StepLR.
 *
 * ```ts
 * momentum({ learningRate: stepDecay({ from: 0.1, every: epochs(30) }) }); // 0.1, then 0.01 from epoch 30, …
 * ```
 */
export const stepDecay = schedule<StepDecay, StepDecayOptions>({
  name: 'stepDecay',
  options: stepDecayOptions,
  complete: (options) => readOptions('stepDecay', stepDecayOptions, options),
  at: ({ from, every, factor }, position) => from * power(factor, wholeTimes(progress(every, position))),
  bounds: ({ from, every, factor }, before) => {
    // The steps that begin before the end: one that begins at the end itself does not count.
    const steps = Math.max(Math.ceil(progressBefore(every, before) * (1 - 1e-12)) - 1, 0);
    const last = from * power(factor, steps);
    return [Math.min(from, last), Math.max(from, last)];
  },
  tail: ({ from, factor }) =>
    factor === 1 || from === 0 ? staysAt(from) : { power: Number.POSITIVE_INFINITY, reason: 'it falls geometrically' },
});
