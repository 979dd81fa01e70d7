/** The range test: one run whose rate grows by a constant factor from step to step, until the loss explodes. */

import { DivergenceError } from '../base/errors.ts';
import type { RateSearchEvent } from './find-learning-rate-event.ts';
import { divergenceLimit, fadingMean, roundRate, type Steered, type Trial } from './find-learning-rate-trial.ts';

export const slopes = ['log', 'linear'] as const;
/** Whether the steepest descent is sought over the logarithm of the rate, or over the rate itself. */
export type Slope = (typeof slopes)[number];

/** One step of a range test. */
export interface RangeTestPoint {
  readonly learningRate: number;
  /** Of this step's batch, before the update. */
  readonly loss: number;
  readonly smoothed: number;
}

/** What `findLearningRate` found by a range test: plain data. */
export interface RangeTest {
  readonly method: 'range-test';
  readonly optimizer: string;
  /** Steps from `min` to `max`. */
  readonly steps: number;
  /** Where the smoothed loss falls most steeply. */
  readonly suggestion: number;
  /** Where the smoothed loss is lowest. */
  readonly minimum: number;
  /** A tenth of it: the other usual choice. */
  readonly tenthOfMinimum: number;
  /** Whether the loss exploded; else the range ended before it did. */
  readonly diverged: boolean;
  readonly curve: readonly RangeTestPoint[];
}

export interface RangeTestPlan {
  readonly place: string;
  readonly trial: Trial;
  readonly steered: Steered;
  readonly steps: number;
  readonly min: number;
  readonly max: number;
  readonly slope: Slope;
  readonly smoothing: number;
  readonly onProgress: (event: RateSearchEvent) => void;
}

/** Runs the test; throws a DivergenceError where the loss never falls. */
export async function runRangeTest(plan: RangeTestPlan): Promise<RangeTest> {
  const { place, trial, steered, steps, min, max, slope, smoothing, onProgress } = plan;
  trial.restart();
  const smooth = fadingMean(smoothing);
  const curve: RangeTestPoint[] = [];
  let lowest = Number.POSITIVE_INFINITY;
  let diverged = false;
  for (let step = 1; step <= steps && !diverged; step++) {
    const learningRate = min * (max / min) ** ((step - 1) / (steps - 1));
    const loss = await trial.step(learningRate);
    const smoothed = smooth(loss);
    // The first value has nothing to be compared with.
    diverged = !Number.isFinite(loss) || (step > 1 && smoothed > divergenceLimit(lowest));
    onProgress({ type: 'step', learningRate, loss: smoothed, step, steps });
    if (Number.isFinite(loss)) curve.push(Object.freeze({ learningRate, loss, smoothed }));
    lowest = Math.min(lowest, smoothed);
  }
  const found = readCurve(curve, slope, Math.ceil(steps / 10));
  if (found === undefined) {
    const end = curve.at(-1)?.learningRate ?? min;
    throw new DivergenceError('learning-rate/none', `the loss never falls from a rate of ${min} to ${roundRate(end)}`, {
      place,
      mend: 'Give a smaller min, more steps, or the method "first-steps".',
    });
  }
  return Object.freeze({
    method: 'range-test',
    optimizer: steered.optimizer.optimizer,
    steps,
    suggestion: roundRate(found.steepest),
    minimum: roundRate(found.minimum),
    tenthOfMinimum: roundRate(found.minimum / 10),
    diverged,
    curve: Object.freeze(curve),
  });
}

/**
 * The rate of the lowest smoothed loss, and that of the steepest descent before it, by central differences. The first
 * `skipped` points are left out, since their means rest on few batches.
 */
function readCurve(curve: readonly RangeTestPoint[], slope: Slope, skipped: number) {
  let lowest = skipped;
  for (let i = skipped; i < curve.length; i++) if (curve[i]!.smoothed < curve[lowest]!.smoothed) lowest = i;
  const by = slope === 'log' ? Math.log : (rate: number) => rate;
  let steepest: number | undefined;
  let least = 0;
  for (let i = skipped; i < curve.length && i <= lowest; i++) {
    const [before, after] = [curve[i - 1] ?? curve[i]!, curve[i + 1] ?? curve[i]!];
    const rise = (after.smoothed - before.smoothed) / (by(after.learningRate) - by(before.learningRate));
    if (rise < least) [least, steepest] = [rise, curve[i]!.learningRate];
  }
  return steepest === undefined ? undefined : { steepest, minimum: curve[lowest]!.learningRate };
}
