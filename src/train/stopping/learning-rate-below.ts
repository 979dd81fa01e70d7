import { frozen } from '../../base/frozen.ts';
import { type OptionSpecs, positive, readOptions } from '../../base/option-spec.ts';
import type { Situation, Verdict } from './situation.ts';

/** A least rate as data. */
export interface LearningRateBelow {
  readonly stopping: 'learningRateBelow';
  readonly value: number;
}

export const learningRateTag = 'optim/learning-rate';

export const learningRateBelowOptions = {
  value: positive,
} satisfies OptionSpecs;

/**
 * Stops at the first evaluation at which the learning rate has fallen to `value` (> 0) or below: with `reduceOnPlateau`,
 * when reducing has stopped to help.
 *
 * ```ts
 * train({ …, optimizer: momentum({ learningRate: reduceOnPlateau({ from: 0.1 }) }), stopping: learningRateBelow({ value: 1e-5 }) });
 * ```
 */
export function learningRateBelow(options: { readonly value: number }): LearningRateBelow {
  return frozen({
    stopping: 'learningRateBelow',
    ...readOptions('learningRateBelow', learningRateBelowOptions, options),
  });
}

export function decideLearningRateBelow(
  { value }: LearningRateBelow,
  { history, evaluated }: Situation,
): Verdict | undefined {
  const rate = history.at(-1)?.measures[learningRateTag];
  if (!evaluated || rate === undefined || rate > value) return undefined;
  return { status: 'done', reason: `the learning rate has fallen to ${rate}` };
}
