/** The book's search: every rate of a logarithmic grid trains for the first steps; the best, and slightly more. */

import { DivergenceError } from '../base/errors.ts';
import type { RatePoint, RateSearchEvent } from './find-learning-rate-event.ts';
import { divergenceLimit, fadingMean, roundRate, type Steered, type Trial } from './find-learning-rate-trial.ts';

/** What `findLearningRate` found by the first steps: plain data. */
export interface FirstStepsSearch {
  readonly method: 'first-steps';
  readonly optimizer: string;
  /** Steps that each rate was given. */
  readonly steps: number;
  /** The rate to start with: above `best` by half a step of the grid (by less where that much diverges). */
  readonly suggestion: number;
  /** The rate of the grid with the lowest loss. */
  readonly best: number;
  /** Whether `best` is the first or last rate of the grid even after it was widened: a better one may lie beyond. */
  readonly atEdge: boolean;
  /** The loss of the first parameters on the same batches: what a rate that learns lies below. */
  readonly untrained: number;
  /** All rates that were tried, in their order. */
  readonly curve: readonly RatePoint[];
}

export interface FirstStepsPlan {
  readonly place: string;
  readonly trial: Trial;
  readonly steered: Steered;
  readonly steps: number;
  readonly min: number;
  readonly max: number;
  readonly pointsPerDecade: number;
  readonly widenBy: number;
  readonly onProgress: (event: RateSearchEvent) => void;
}

/** How quickly single batches fade from the loss that is told on the way: ten of them count, about. */
const fading = 0.9;

/** The mean loss of the last fifth of the steps: a rate's score. */
function score(losses: readonly number[]): number {
  const last = losses.slice(-Math.max(1, Math.round(losses.length / 5)));
  return last.reduce((sum, loss) => sum + loss, 0) / last.length;
}

/** The score of standing still. */
async function withoutTraining({ trial, steps, min }: FirstStepsPlan): Promise<number> {
  trial.restart();
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const loss = await trial.standStill(min);
    if (loss === Number.POSITIVE_INFINITY) {
      throw new DivergenceError('diverged', `loss or gradient of the first parameters is not finite on batch ${step}`, {
        mend: 'No learning rate mends that: look at the data, their scale and the initializers.',
      });
    }
    losses.push(loss);
  }
  return score(losses);
}

/**
 * The first steps at one rate. It has diverged where something is not finite, or where the score is above `limit`: not
 * where the loss leaps on the way, as it does in Adam's first steps, and comes back.
 */
async function tryRate(plan: FirstStepsPlan, learningRate: number, limit: number): Promise<RatePoint> {
  const { trial, steps, onProgress } = plan;
  const result = (loss: number, taken: number): RatePoint => {
    const diverged = !(loss <= limit);
    return Object.freeze({ learningRate, loss: diverged ? Number.POSITIVE_INFINITY : loss, steps: taken, diverged });
  };
  trial.restart();
  const smooth = fadingMean(fading);
  const losses: number[] = [];
  for (let step = 1; step <= steps; step++) {
    const loss = await trial.step(learningRate);
    onProgress({ type: 'step', learningRate, loss: smooth(loss), step, steps });
    if (loss === Number.POSITIVE_INFINITY) return result(loss, step);
    losses.push(loss);
  }
  return result(score(losses), steps);
}

/** Runs the search; throws a DivergenceError where no rate gets below the loss without training. */
export async function searchByFirstSteps(plan: FirstStepsPlan): Promise<FirstStepsSearch> {
  const { place, steered, steps, min, max, pointsPerDecade, widenBy, onProgress } = plan;
  const untrained = await withoutTraining(plan);
  const limit = divergenceLimit(untrained);
  const rateAt = (place: number) => roundRate(min * 10 ** (place / pointsPerDecade));
  const allowed = (rate: number) => rate <= (steered.range.max ?? Number.MAX_VALUE) && rate > (steered.range.min ?? 0);

  // Places on the grid are whole numbers, 0 at `min`, so that widening it keeps those that are there.
  let [low, high] = [0, Math.floor(pointsPerDecade * Math.log10(max / min) + 1e-9)];
  const lowest = low - widenBy * pointsPerDecade;
  const highest = high + widenBy * pointsPerDecade;
  const points = new Map<number, RatePoint>();
  const visit = async (place: number, planned: number) => {
    const point = await tryRate(plan, rateAt(place), limit);
    points.set(place, point);
    onProgress({ type: 'rate', ...point, tried: points.size, planned });
    return point;
  };
  const learns = ({ loss }: RatePoint) => loss < untrained;

  let best: number | undefined;
  for (;;) {
    for (let place = low; place <= high; place++) if (!points.has(place)) await visit(place, high - low + 1);
    for (const [place, point] of points) {
      if (learns(point) && (best === undefined || point.loss < points.get(best)!.loss)) best = place;
    }
    // Where nothing learns, all rates are too large: one that is too small still gains a little.
    if ((best === undefined || best === low) && low > lowest && allowed(rateAt(low - 1))) {
      low = Math.max(lowest, low - pointsPerDecade);
      while (!allowed(rateAt(low))) low++;
    } else if (best === high && high < highest && allowed(rateAt(high + 1))) {
      high = Math.min(highest, high + pointsPerDecade);
      while (!allowed(rateAt(high))) high--;
    } else break;
  }
  if (best === undefined) {
    throw new DivergenceError(
      'learning-rate/none',
      `no learning rate from ${rateAt(low)} to ${rateAt(high)} brings the loss below that of the first parameters`,
      { place, mend: 'Give a smaller min, clip the gradient, or look at the scale of inputs and targets.' },
    );
  }

  // Slightly larger: a rate that behaves best over the first steps is a little cautious for a rate that will fall.
  let suggestion = rateAt(best);
  for (const part of [1 / 2, 1 / 4]) {
    const larger = rateAt(best + part);
    if (larger <= suggestion || !allowed(larger)) continue;
    if (!learns(await visit(best + part, points.size + 1))) continue;
    suggestion = larger;
    break;
  }
  return Object.freeze({
    method: 'first-steps',
    optimizer: steered.optimizer.optimizer,
    steps,
    suggestion,
    best: rateAt(best),
    atEdge: best === low || best === high,
    untrained,
    curve: Object.freeze([...points.values()].sort((a, b) => a.learningRate - b.learningRate)),
  });
}
