import { frozen } from '../../base/frozen.ts';
import { type OptionSpecs, positive, readOptions } from '../../base/option-spec.ts';
import type { Situation, Verdict } from './situation.ts';

/** A budget as data. */
export interface TimeBudget {
  readonly stopping: 'timeBudget';
  readonly minutes: number;
}

export const timeBudgetOptions = {
  minutes: positive,
} satisfies OptionSpecs;

/**
 * Stops at the first step after so many minutes of training (> 0), compilation and the pauses of a resumed run left out.
 *
 * ```ts
 * timeBudget({ minutes: 30 });
 * ```
 */
export function timeBudget(options: { readonly minutes: number }): TimeBudget {
  return frozen({ stopping: 'timeBudget', ...readOptions('timeBudget', timeBudgetOptions, options) });
}

export function decideTimeBudget({ minutes }: TimeBudget, { seconds }: Situation): Verdict | undefined {
  if (seconds < 60 * minutes) return undefined;
  return { status: 'done', reason: `the ${minutes} minutes that it was given are over` };
}
