/** Measures over the steps of an epoch, under the tags that the log uses. */

import type { EpochSums } from './checkpoint/checkpoint.ts';
import type { StepOutcome } from './step.ts';
import { createTallies } from './tally.ts';
import type { Task } from './task.ts';

/** What an epoch's steps add up to. */
export interface EpochMeans {
  /** Takes in a step, which weighs as many examples as its batch had. */
  add(outcome: StepOutcome, examples: number): void;
  /** The measures of an epoch that ends at `seconds`; what follows is another one. */
  take(seconds: number): Record<string, number>;
  /** The epoch under way began at `seconds`: evaluation is no part of it. */
  begin(seconds: number): void;
  /** The sums of the epoch under way, as plain data. */
  sums(): EpochSums;
  /** Goes on from sums. */
  load(sums: EpochSums): void;
}

export function createEpochMeans(task: Pick<Task, 'loss' | 'metrics'>): EpochMeans {
  const tallies = createTallies(task);
  let norms = 0;
  let examples = 0;
  let began = 0;
  const clear = (): void => {
    for (const tally of tallies.values()) tally.clear();
    norms = 0;
    examples = 0;
  };
  return {
    add(outcome, n) {
      examples += n;
      norms += outcome.gradientNorm * n;
      for (const [name, tally] of tallies) tally.merge(outcome.tallies.get(name)!);
    },
    take(seconds) {
      const means: Record<string, number> = {};
      for (const [name, tally] of tallies) means[`train/${name}`] = tally.value();
      means['gradient/norm'] = norms / examples;
      means['time/examples-per-second'] = examples / (seconds - began);
      clear();
      return means;
    },
    begin(seconds) {
      began = seconds;
    },
    sums: () => ({
      began,
      examples,
      norms,
      tallies: Object.fromEntries(
        [...tallies].map(([name, tally]) => [name, { totals: Array.from(tally.totals), examples: tally.examples }]),
      ),
    }),
    load(sums) {
      clear();
      began = sums.began;
      norms = sums.norms;
      examples = sums.examples;
      for (const [name, tally] of tallies) {
        const kept = sums.tallies[name];
        if (kept !== undefined) tally.merge(kept);
      }
    },
  };
}
