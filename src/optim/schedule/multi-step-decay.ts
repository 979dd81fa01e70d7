import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { schedule, staysAt } from '../../rule/schedule.ts';
import { power } from './curve.ts';
import { type Duration, durationsSpec, isOver, progressBefore } from './duration.ts';

/** Options of `multiStepDecay`. */
export interface MultiStepDecayOptions {
  readonly from: number;
  readonly milestones: readonly Duration[];
  readonly factor?: number;
}

/** `multiStepDecay` with all its options. */
export type MultiStepDecay = Required<MultiStepDecayOptions>;

const multiStepDecayOptions = {
  from: number(),
  milestones: durationsSpec,
  factor: withDefault(number({ min: 0 }), 0.1),
} satisfies OptionSpecs;

/**
 * Changes by a factor at each milestone: from · factorⁿ once n of the milestones are reached.
 *
 * - `from`: a finite number.
 * - `milestones`: durations from the start of training, at least one, in any order; units may be mixed, and one that
 *   stands twice counts twice, as in PyTorch.
 * - `factor` ≥ 0; 0.1, as `gamma` of PyTorch's MultiStepLR.
 *
 * ```ts
 * momentum({ learningRate: multiStepDecay({ from: 0.1, milestones: [epochs(80), epochs(120)] }) });
 * ```
 */
export const multiStepDecay = schedule<MultiStepDecay, MultiStepDecayOptions>({
  name: 'multiStepDecay',
  options: multiStepDecayOptions,
  complete: (options) => readOptions('multiStepDecay', multiStepDecayOptions, options),
  at: ({ from, milestones, factor }, position) => {
    let value = from;
    for (const milestone of milestones) if (isOver(milestone, position)) value *= factor;
    return value;
  },
  bounds: ({ from, milestones, factor }, before) => {
    const reached = milestones.filter((milestone) => progressBefore(milestone, before) > 1).length;
    const last = from * power(factor, reached);
    return [Math.min(from, last), Math.max(from, last)];
  },
  tail: ({ from, milestones, factor }) => staysAt(from * power(factor, milestones.length)),
});
