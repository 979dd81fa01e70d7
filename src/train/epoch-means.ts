/** Means over the steps of an epoch, under the tags that the log uses. */

import type { StepOutcome } from './step.ts';

/** Collects steps, each weighing as many examples as its batch had; `take` gives the means and begins anew. */
export function createEpochMeans() {
  const sums = new Map<string, number>();
  let examples = 0;
  const count = (tag: string, value: number, weight: number) => sums.set(tag, (sums.get(tag) ?? 0) + value * weight);
  return {
    examples: () => examples,
    add({ loss, measures, gradientNorm }: StepOutcome, n: number) {
      examples += n;
      count('train/loss', loss, n);
      for (const name in measures) count(`train/${name}`, measures[name]!, n);
      count('gradient/norm', gradientNorm, n);
    },
    take(): Record<string, number> {
      const means = Object.fromEntries([...sums].map(([tag, sum]) => [tag, sum / examples]));
      sums.clear();
      examples = 0;
      return means;
    },
  };
}
