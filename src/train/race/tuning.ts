/** The search for the learning rate of one lane: a grid, widened where its best rate lies at an edge. */

import {
  bestExponent,
  edgeOf,
  firstExponents,
  furtherExponents,
  type GridScore,
  type GridSize,
  rateAt,
} from './grid.ts';
import type { Measure } from './measure.ts';

/** A rate that was tried. */
export interface TuningPoint {
  readonly learningRate: number;
  readonly status: 'done' | 'diverged';
  /** Why it diverged. */
  readonly reason?: string;
  /** The measure and the loss on the validation set; absent where it diverged, which is worst. */
  readonly value?: number;
  readonly loss?: number;
  /** Not in the first grid. */
  readonly widened: boolean;
  readonly step: number;
  /** Of training, without evaluation. */
  readonly seconds: number;
}

/** What the search for the rate of one lane found. */
export interface LaneTuning {
  readonly lane: string;
  /** Every rate that was tried, from the smallest. */
  readonly points: readonly TuningPoint[];
  /** The best rate; absent where every one diverged, or nothing was tried before the race was stopped. */
  readonly learningRate?: number;
  /** The limit was reached with the best rate still at this edge: there may be a better one beyond. */
  readonly edge?: 'low' | 'high';
}

export interface TuneOptions {
  readonly lane: string;
  /** The middle of the first grid. */
  readonly start: number;
  readonly size: GridSize;
  readonly measure: Measure;
  /** Rates that the rule takes. */
  readonly allowed: (rate: number) => boolean;
  /** Trains with a rate and measures; `undefined` once the race has been stopped. */
  readonly run: (rate: number) => Promise<Omit<TuningPoint, 'learningRate' | 'widened'> | undefined>;
  /** Told of each set of rates before they are tried: the first grid, then what widens it. */
  readonly onRates?: (rates: readonly number[], side: 'low' | 'high' | undefined) => void;
}

/** Tries the rates of the grid, widens it as needed, and chooses. */
export async function tuneRate(options: TuneOptions): Promise<LaneTuning> {
  const { lane, size, measure, allowed, run, onRates } = options;
  const points = new Map<number, TuningPoint>();
  const scores = new Map<number, GridScore>();
  let next = firstExponents(options.start, size, allowed);
  let stopped = false;
  while (next.length > 0 && !stopped) {
    const widened = points.size > 0;
    onRates?.(
      next.map((exponent) => rateAt(exponent, size.pointsPerDecade)),
      widened ? edgeOf(scores, measure) : undefined,
    );
    for (const exponent of next) {
      const learningRate = rateAt(exponent, size.pointsPerDecade);
      const found = await run(learningRate);
      if (found === undefined) {
        stopped = true;
        break;
      }
      points.set(exponent, { learningRate, widened, ...found });
      scores.set(exponent, scoreOf(found));
    }
    if (!stopped) next = furtherExponents(scores, size, measure, allowed);
  }
  const best = bestExponent(scores, measure);
  const edge = scores.size > 0 && best !== undefined ? edgeOf(scores, measure) : undefined;
  return {
    lane,
    points: [...points].sort(([k], [l]) => k - l).map(([, point]) => point),
    ...(best === undefined ? {} : { learningRate: rateAt(best, size.pointsPerDecade) }),
    ...(edge === undefined ? {} : { edge }),
  };
}

/** A measure that is no number is as bad as a run that diverged: nothing can be learned from either. */
function scoreOf({ status, value = Number.NaN, loss = Number.NaN }: Omit<TuningPoint, 'learningRate' | 'widened'>) {
  return { diverged: status === 'diverged' || Number.isNaN(value), value, loss };
}
