/** When normalization stops following the minibatches, and by which statistics it goes from then on. */

import { OptionError } from '../base/errors.ts';
import { frozen } from '../base/frozen.ts';
import { checkOneOf, checkOptionNames } from '../base/options.ts';
import { type Duration, progress, readDuration } from '../optim/schedule/duration.ts';
import type { Position } from '../rule/schedule.ts';
import { type PopulationMethod, populationMethods } from './population-statistics.ts';

/**
 * From a point in training on, batch normalization goes by statistics that stay as they are, while its gains and shifts
 * are still trained: "the last epochs with frozen population statistics". `fraction(1)` freezes after the last step, so
 * that only the finished model goes by them.
 */
export interface FreezeStatistics {
  readonly from: Duration;
  /** The moving averages as they are then (default), or statistics of the whole training set, see `populationStatistics`. */
  readonly by?: 'running' | PopulationMethod;
}

/** From plain data, with its checks. */
export function readFreezeStatistics(value: unknown): FreezeStatistics {
  const place = 'freezeStatistics';
  if (typeof value !== 'object' || value === null) {
    throw new OptionError('option/form', `freezeStatistics is ${JSON.stringify(value)}`, {
      mend: 'Give { "from": { "epochs": 8 }, "by": "exact" }.',
    });
  }
  checkOptionNames(place, value, ['from', 'by']);
  const { from, by } = value as Partial<FreezeStatistics>;
  return frozen({
    from: readDuration(place, 'from', from),
    ...(by === undefined ? {} : { by: checkOneOf(place, 'by', by, ['running', ...populationMethods]) }),
  });
}

/** Positions are sums of many fractions of an epoch: the end may be missed by rounding. */
const rounding = 1e-9;

/** Whether the statistics are frozen at a position. */
export function areFrozen({ from }: FreezeStatistics, position: Position): boolean {
  return progress(from, position) >= 1 - rounding;
}
