/** When normalization stops following the minibatches, and by which statistics it goes from then on. */

import { frozen } from '../base/frozen.ts';
import { nested, type OptionSpec, oneOf, optional } from '../base/option-spec.ts';
import { type Duration, durationSpec, progress } from '../optim/schedule/duration.ts';
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

/** An option that says when statistics are frozen. */
export const freezeStatisticsSpec: OptionSpec<FreezeStatistics> = nested({
  from: durationSpec,
  by: optional(oneOf(['running', ...populationMethods])),
});

/** From plain data, with its checks. */
export function readFreezeStatistics(value: unknown): FreezeStatistics {
  return frozen(freezeStatisticsSpec.read('', 'freezeStatistics', value));
}

/** Positions are sums of many fractions of an epoch: the end may be missed by rounding. */
const rounding = 1e-9;

/** Whether the statistics are frozen at a position. */
export function areFrozen({ from }: FreezeStatistics, position: Position): boolean {
  return progress(from, position) >= 1 - rounding;
}
