/**
 * When a run ends before its last step: policies as data, each a pure function of what was measured so far. They compose:
 * the first that says so ends the run.
 */

import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { refer } from '../../base/json-schema.ts';
import { suggestion } from '../../base/nearest.ts';
import { list, type OptionSpec, type OptionSpecs, readBy } from '../../base/option-spec.ts';
import { shown } from '../../base/shown.ts';
import { type Divergence, decideDivergence, divergence, divergenceOptions } from './divergence.ts';
import { decideEarlyStopping, type EarlyStopping, earlyStopping, earlyStoppingOptions } from './early-stopping.ts';
import {
  decideLearningRateBelow,
  type LearningRateBelow,
  learningRateBelow,
  learningRateBelowOptions,
  learningRateTag,
} from './learning-rate-below.ts';
import { decidePlateau, type Plateau, plateau, plateauOptions } from './plateau.ts';
import type { Situation, Verdict } from './situation.ts';
import { decideTargetReached, type TargetReached, targetReached, targetReachedOptions } from './target-reached.ts';
import { decideTimeBudget, type TimeBudget, timeBudget, timeBudgetOptions } from './time-budget.ts';

/** One policy, as data. */
export type StoppingPolicy = EarlyStopping | TargetReached | TimeBudget | LearningRateBelow | Plateau | Divergence;

interface Row {
  readonly options: OptionSpecs;
  readonly read: (options: never) => StoppingPolicy;
  readonly decide: (policy: never, situation: Situation) => Verdict | undefined;
}

export const stoppings = {
  earlyStopping: { options: earlyStoppingOptions, read: earlyStopping, decide: decideEarlyStopping },
  targetReached: { options: targetReachedOptions, read: targetReached, decide: decideTargetReached },
  timeBudget: { options: timeBudgetOptions, read: timeBudget, decide: decideTimeBudget },
  learningRateBelow: { options: learningRateBelowOptions, read: learningRateBelow, decide: decideLearningRateBelow },
  plateau: { options: plateauOptions, read: plateau, decide: decidePlateau },
  divergence: { options: divergenceOptions, read: divergence, decide: decideDivergence },
} as const satisfies Record<StoppingPolicy['stopping'], Row>;

function readPolicy(value: unknown): StoppingPolicy {
  const { stopping, ...options } = (value ?? {}) as { stopping?: unknown };
  const names = Object.keys(stoppings);
  if (typeof stopping !== 'string' || !names.includes(stopping)) {
    throw new OptionError('stopping/unknown', `${shown(value)} is no stopping policy`, {
      mend: suggestion(String(stopping), names),
    });
  }
  return stoppings[stopping as StoppingPolicy['stopping']].read(options as never);
}

const onePolicy = readBy(readPolicy, refer('stopping'));
const policies = list(onePolicy, 'a stopping policy, or a list of them', { least: 0 });

/** An option that is one policy or a list of them. */
export const stoppingSpec: OptionSpec<readonly StoppingPolicy[]> = {
  read: (place, name, value) =>
    Array.isArray(value) ? policies.read(place, name, value) : [onePolicy.read(place, name, value)],
  schema: { anyOf: [onePolicy.schema, policies.schema] },
};

/** Reads one policy or a list of them from plain data, with the checks of the builders. */
export function readStopping(value: unknown): readonly StoppingPolicy[] {
  return frozen(stoppingSpec.read('', 'stopping', value));
}

/** What the policies say of a situation: the verdict of the first that has one. */
export function decide(policies: readonly StoppingPolicy[], situation: Situation): Verdict | undefined {
  for (const policy of policies) {
    const verdict = stoppings[policy.stopping].decide(policy as never, situation);
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
