/**
 * When a run ends before its last step: policies as data, each a pure function of what was measured so far. They compose:
 * the first that says so ends the run.
 */

import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { suggestion } from '../../base/nearest.ts';
import { type Divergence, decideDivergence, divergence } from './divergence.ts';
import { decideEarlyStopping, type EarlyStopping, earlyStopping } from './early-stopping.ts';
import {
  decideLearningRateBelow,
  type LearningRateBelow,
  learningRateBelow,
  learningRateTag,
} from './learning-rate-below.ts';
import { decidePlateau, type Plateau, plateau } from './plateau.ts';
import type { Situation, Verdict } from './situation.ts';
import { decideTargetReached, type TargetReached, targetReached } from './target-reached.ts';
import { decideTimeBudget, type TimeBudget, timeBudget } from './time-budget.ts';

/** One policy, as data. */
export type StoppingPolicy = EarlyStopping | TargetReached | TimeBudget | LearningRateBelow | Plateau | Divergence;

interface Row {
  readonly read: (options: never) => StoppingPolicy;
  readonly decide: (policy: never, situation: Situation) => Verdict | undefined;
}

const kinds = {
  earlyStopping: { read: earlyStopping, decide: decideEarlyStopping },
  targetReached: { read: targetReached, decide: decideTargetReached },
  timeBudget: { read: timeBudget, decide: decideTimeBudget },
  learningRateBelow: { read: learningRateBelow, decide: decideLearningRateBelow },
  plateau: { read: plateau, decide: decidePlateau },
  divergence: { read: divergence, decide: decideDivergence },
} as const satisfies Record<StoppingPolicy['stopping'], Row>;

/** Reads one policy or a list of them from plain data, with the checks of the builders. */
export function readStopping(value: unknown): readonly StoppingPolicy[] {
  return frozen([value].flat().map(readPolicy));
}

function readPolicy(value: unknown): StoppingPolicy {
  const { stopping, ...options } = (value ?? {}) as { stopping?: unknown };
  const names = Object.keys(kinds);
  if (typeof stopping !== 'string' || !names.includes(stopping)) {
    throw new OptionError('stopping/unknown', `there is no stopping policy ${JSON.stringify(stopping ?? value)}`, {
      mend: suggestion(String(stopping), names),
    });
  }
  return kinds[stopping as StoppingPolicy['stopping']].read(options as never);
}

/** What the policies say of a situation: the verdict of the first that has one. */
export function decide(policies: readonly StoppingPolicy[], situation: Situation): Verdict | undefined {
  for (const policy of policies) {
    const verdict = kinds[policy.stopping].decide(policy as never, situation);
    if (verdict !== undefined) return verdict;
  }
  return undefined;
}

/** Refuses a policy that watches what no evaluation will measure: it would never act. */
export function checkMonitors(policies: readonly StoppingPolicy[], measured: readonly string[]): void {
  for (const policy of policies) {
    const tag =
      policy.stopping === 'learningRateBelow' ? learningRateTag : 'monitor' in policy ? policy.monitor : undefined;
    if (tag !== undefined) checkMonitor(policy.stopping, tag, measured);
  }
}

export function checkMonitor(place: string, tag: string, measured: readonly string[]): void {
  if (measured.includes(tag)) return;
  throw new OptionError('stopping/monitor', `no evaluation of this run will measure "${tag}"`, {
    place,
    mend: suggestion(tag, measured),
  });
}

/** The policy whose best parameters the run is to give back. */
export function restoring(policies: readonly StoppingPolicy[]): EarlyStopping | undefined {
  return policies.find((policy): policy is EarlyStopping => policy.stopping === 'earlyStopping' && policy.restoreBest);
}
