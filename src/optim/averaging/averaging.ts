/** The averages of averages of parameters over training, as data, and when and how much each takes in. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { shown } from '../../base/shown.ts';
import type { AveragingState } from './averaging-state.ts';
import {
  type ExponentialAverage,
  exponentialAverage,
  exponentialAverageOptions,
  exponentialWeight,
} from './exponential-average.ts';
import {
  type StochasticWeightAverage,
  stochasticWeightAverage,
  stochasticWeightAverageOptions,
  stochasticWeightWeight,
} from './stochastic-weight-average.ts';

/** What is averaged over training, and then evaluated and saved in place of the last parameters. */
export type Averaging = ExponentialAverage | StochasticWeightAverage;

export const averages = {
  exponential: { options: exponentialAverageOptions, read: exponentialAverage, weight: exponentialWeight },
  stochasticWeight: {
    options: stochasticWeightAverageOptions,
    read: stochasticWeightAverage,
    weight: stochasticWeightWeight,
  },
} as const satisfies Record<Averaging['averaging'], unknown>;

/** The weight w of average ← average + w(θ − average) after a step; 0 where this step's parameters are not taken in. */
export function averagingWeight(averaging: Averaging, state: AveragingState): number {
  return averages[averaging.averaging].weight(averaging as never, state);
}

/** Reads an average from plain data, with the checks of its builder. */
export function readAveraging(value: unknown): Averaging {
  const { averaging, ...options } = (value ?? {}) as { averaging?: unknown };
  const names = Object.keys(averages);
  if (typeof averaging !== 'string' || !names.includes(averaging)) {
    throw new OptionError('averaging/unknown', `${shown(value)} is no averaging`, {
      mend: suggestion(String(averaging), names),
    });
  }
  return averages[averaging as Averaging['averaging']].read(options as never);
}
