import { frozen } from '../../base/frozen.ts';
import { square, sub } from '../../graph/elementwise.ts';
import { concat } from '../../graph/form.ts';
import { mean, sum } from '../../graph/reduction.ts';
import { paired } from '../prediction.ts';
import type { TotalMetricRow } from './metric.ts';

export interface RSquared {
  readonly metric: 'rSquared';
}

/**
 * R², the share of the targets' variance that the predictions explain: 1 − Σ (y − t)² / Σ (t − t̄)² with t̄ the mean target
 * of the whole set; of several units, the mean of theirs. 1 is perfect, 0 as good as always saying t̄, below 0 worse. Where
 * the targets are all the same it is 1 for exact predictions and else 0 (as in scikit-learn).
 *
 * Predictions: float32 [N], [N, 1] or [N, …]. Targets: float32, int32 or uint8 of the same shape ([N] goes with [N, 1]).
 *
 * @example train({ model, loss: meanSquare(), metrics: { explained: rSquared() }, … })
 */
export function rSquared(): RSquared {
  return frozen({ metric: 'rSquared' });
}

export const rSquaredRow: TotalMetricRow<RSquared> = {
  options: {},
  better: 'higher',
  read: rSquared,
  // For each unit: Σ (y − t)², the mean target, Σ (t − mean)². Σ t² would lose the variance of targets far from 0 in float32.
  ofBatch: (_, predictions, targets) => {
    const { predictions: y, targets: t } = paired('rSquared', predictions, targets);
    const centre = mean(t, 0, { keepDims: true });
    return concat([sum(square(sub(y, t)), 0), mean(t, 0), sum(square(sub(t, centre)), 0)], 0);
  },
  // In float64, Σ t and Σ t² lose nothing.
  addends: (said, examples) => {
    const units = said.length / 3;
    const addends = new Float64Array(said.length);
    for (let unit = 0; unit < units; unit++) {
      const centre = said[units + unit]!;
      addends[unit] = said[unit]!;
      addends[units + unit] = examples * centre;
      addends[2 * units + unit] = said[2 * units + unit]! + examples * centre ** 2;
    }
    return addends;
  },
  ofTotals: (_, totals, examples) => {
    const units = totals.length / 3;
    let explained = 0;
    for (let unit = 0; unit < units; unit++) {
      const left = totals[unit]!;
      const all = totals[2 * units + unit]! - totals[units + unit]! ** 2 / examples;
      explained += all > 0 ? 1 - left / all : Number(left === 0);
    }
    return explained / units;
  },
};
