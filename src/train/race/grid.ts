/**
 * The logarithmic grid on which a learning rate is searched: which rates to try next, from the scores so far. All lanes
 * share one lattice, 10^(k/n) with n points a decade, so that two lanes differ by their optimizers and not by the luck
 * of their grids.
 */

import { compare, type Measure } from './measure.ts';

/** The size of a grid. */
export interface GridSize {
  /** Rates that are tried first. */
  readonly points: number;
  /** Rates to a factor of ten: 3 gives 0.001, 0.00215, 0.00464, 0.01. */
  readonly pointsPerDecade: number;
  /** Rates that are tried at most, those included by which the grid was widened. */
  readonly mostPoints: number;
}

/** How well a rate did. */
export interface GridScore {
  /** Left the finite numbers: worse than any other. */
  readonly diverged: boolean;
  /** The measure that the race is judged by. */
  readonly value: number;
  /** The validation loss: it decides where the measures are equal. */
  readonly loss: number;
}

/** Scores by exponent: the rate is 10^(exponent/pointsPerDecade). */
export type Scores = ReadonlyMap<number, GridScore>;

/** 10^(k/n), to three digits. */
export function rateAt(exponent: number, pointsPerDecade: number): number {
  return Number((10 ** (exponent / pointsPerDecade)).toPrecision(3));
}

/** The exponents of the first grid: `points` of them around `centre`, those left out that `allowed` refuses. */
export function firstExponents(centre: number, size: GridSize, allowed: (rate: number) => boolean): number[] {
  const middle = Math.round(Math.log10(centre) * size.pointsPerDecade);
  const first = middle - Math.floor(size.points / 2);
  const exponents = Array.from({ length: size.points }, (_, i) => first + i);
  return exponents.filter((exponent) => allowed(rateAt(exponent, size.pointsPerDecade)));
}

/** The exponent of the best score, or `undefined` where every rate diverged. Of equal ones the smallest. */
export function bestExponent(scores: Scores, measure: Measure): number | undefined {
  const finite = [...scores].filter(([, { diverged }]) => !diverged);
  finite.sort(
    ([k, a], [l, b]) => compare(measure, a.value, b.value) || compare({ better: 'lower' }, a.loss, b.loss) || k - l,
  );
  return finite[0]?.[0];
}

/** On which side of the grid its best rate lies; nothing where it lies inside. All diverged counts as the low side. */
export function edgeOf(scores: Scores, measure: Measure): 'low' | 'high' | undefined {
  const best = bestExponent(scores, measure);
  if (best === undefined || best === Math.min(...scores.keys())) return 'low';
  return best === Math.max(...scores.keys()) ? 'high' : undefined;
}

/**
 * The exponents by which the grid is to be widened: half a decade beyond the edge on which the best rate lies, a whole
 * one where every rate diverged. None where the best lies inside, and none beyond the limit.
 */
export function furtherExponents(
  scores: Scores,
  size: GridSize,
  measure: Measure,
  allowed: (rate: number) => boolean,
): number[] {
  const edge = edgeOf(scores, measure);
  if (edge === undefined) return [];
  const { pointsPerDecade, mostPoints } = size;
  const lost = bestExponent(scores, measure) === undefined;
  const count = Math.min(lost ? pointsPerDecade : Math.ceil(pointsPerDecade / 2), mostPoints - scores.size);
  const from = edge === 'low' ? Math.min(...scores.keys()) : Math.max(...scores.keys());
  const away = edge === 'low' ? -1 : 1;
  const exponents = Array.from({ length: Math.max(0, count) }, (_, i) => from + away * (i + 1));
  return exponents.filter((exponent) => allowed(rateAt(exponent, pointsPerDecade)));
}
