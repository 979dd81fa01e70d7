/** The mean of some runs as one curve with a band: what a figure of a race shows for each lane. */

import type { LearningCurve } from './learning-curve.ts';
import { spreadOf } from './spread.ts';

/** What the band spans: lowest to highest, or one standard deviation to either side of the mean. */
export type BandKind = 'range' | 'deviation';
export const bandKinds: readonly BandKind[] = ['range', 'deviation'];

/** What stands on the horizontal axis; seconds are those of training, without evaluation. */
export type RaceAxis = 'steps' | 'seconds';

/** A value of one run at a step, and at the seconds of training before it. */
export interface CurvePoint {
  readonly step: number;
  readonly seconds: number;
  readonly value: number;
}

/** The mean over runs at a place `x` of the axis, and the band around it. */
export interface MeanPoint {
  readonly x: number;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** The training loss of a run, over windows of steps. */
export function lossCurve({ losses }: LearningCurve): CurvePoint[] {
  return losses.map(({ step, seconds, loss }) => ({ step, seconds, value: loss }));
}

/** A measure of a run, by its tag, over its evaluations. */
export function measureCurve({ evaluations }: LearningCurve, tag: string): CurvePoint[] {
  return evaluations.flatMap(({ step, seconds, measures }) => {
    const value = measures[tag];
    return value === undefined ? [] : [{ step, seconds, value }];
  });
}

/**
 * The mean over runs, point by point, as far as all of them go: where one ended early the curve ends, as the mean of the
 * others would be of other runs. Against seconds a point stands at the mean of the seconds of its step.
 */
export function meanCurve(
  runs: readonly (readonly CurvePoint[])[],
  over: RaceAxis,
  band: BandKind = 'range',
): MeanPoint[] {
  const length = runs.length === 0 ? 0 : Math.min(...runs.map((run) => run.length));
  return Array.from({ length }, (_, i) => {
    const points = runs.map((run) => run[i]!);
    const x = over === 'steps' ? points[0]!.step : spreadOf(points.map(({ seconds }) => seconds)).mean;
    const { mean, deviation, low, high } = spreadOf(points.map(({ value }) => value));
    return band === 'range' ? { x, mean, low, high } : { x, mean, low: mean - deviation, high: mean + deviation };
  });
}
