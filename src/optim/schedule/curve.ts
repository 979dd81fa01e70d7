/** Bounds of curves: functions of how much of a duration is done that turn at known places only. */

import type { Before } from '../../rule/schedule.ts';
import { type Duration, progressBefore } from './duration.ts';

/**
 * The least and the largest value of a curve that rises or falls throughout between its start, its `turns` (parts of
 * `over`, ascending) and its end. It is taken at parts up to `Infinity`, so it must have a limit there.
 */
export function curveBounds(
  curve: (part: number) => number,
  over: Duration,
  before: Before | undefined,
  turns: readonly number[] = [],
): readonly [number, number] {
  const end = progressBefore(over, before);
  const values = [0, ...turns.filter((turn) => turn < end), end].map(curve);
  return [Math.min(...values), Math.max(...values)];
}

/** Repeated multiplication, with the limit for infinitely many times: 1 stays 1. */
export function power(factor: number, times: number): number {
  return factor === 1 ? 1 : factor ** times;
}
