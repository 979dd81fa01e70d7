/** Measures over the steps of an epoch, under the tags that the log uses. */

import type { StepOutcome } from './step.ts';
import { createTallies } from './tally.ts';
import type { Task } from './task.ts';

/** Collects steps, each weighing as many examples as its batch had; `take` gives the measures and begins anew. */
export function createEpochMeans(task: Pick<Task, 'loss' | 'metrics'>) {
  const tallies = createTallies(task);
  let norms = 0;
  let examples = 0;
  return {
    examples: () => examples,
    add(outcome: StepOutcome, n: number) {
      examples += n;
      norms += outcome.gradientNorm * n;
      for (const [name, tally] of tallies) tally.merge(outcome.tallies.get(name)!);
    },
    take(): Record<string, number> {
      const means: Record<string, number> = {};
      for (const [name, tally] of tallies) {
        means[`train/${name}`] = tally.value();
        tally.clear();
      }
      means['gradient/norm'] = norms / examples;
      norms = 0;
      examples = 0;
      return means;
    },
  };
}
