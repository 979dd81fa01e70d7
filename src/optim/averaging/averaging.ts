/** The kinds of averages of parameters over training, as data, and when and how much each takes in. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import type { AveragingState } from './averaging-state.ts';
import { type ExponentialAverage, exponentialAverage, exponentialWeight } from './exponential-average.ts';
import {
  type StochasticWeightAverage,
  stochasticWeightAverage,
  stochasticWeightWeight,
} from './stochastic-weight-average.ts';

/** What is averaged over training, and then evaluated and saved in place of the last parameters. */
export type Averaging = ExponentialAverage | StochasticWeightAverage;

const kinds = {
  exponential: { read: exponentialAverage, weight: exponentialWeight },
  stochasticWeight: { read: stochasticWeightAverage, weight: stochasticWeightWeight },
} as const satisfies Record<Averaging['averaging'], unknown>;

/** The weight w of average ← average + w(θ − average) after a step; 0 where this step's parameters are not taken in. */
export function averagingWeight(averaging: Averaging, state: AveragingState): number {
  return kinds[averaging.averaging].weight(averaging as never, state);
}

/** Reads an average from plain data, with the checks of its builder. */
export function readAveraging(value: unknown): Averaging {
  const { averaging, ...options } = (value ?? {}) as { averaging?: unknown };
  const names = Object.keys(kinds);
  if (typeof averaging !== 'string' || !names.includes(averaging)) {
    throw new OptionError('averaging/unknown', `there is no averaging ${JSON.stringify(averaging)}`, {
      mend: suggestion(String(averaging), names),
    });
  }
  return kinds[averaging as Averaging['averaging']].read(options as never);
}
