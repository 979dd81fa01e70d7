import { frozen } from '../../base/frozen.ts';
import { type OptionSpecs, positive, readOptions, withDefault } from '../../base/option-spec.ts';
import { abs, minimum, mul, sub } from '../../graph/elementwise.ts';
import { mean } from '../../graph/reduction.ts';
import { paired } from '../prediction.ts';
import type { LossRow } from './loss.ts';
import { byUnit } from './unit-means.ts';

export interface HuberOptions {
  /** δ > 0: errors beyond it count in proportion. Default 1, as in PyTorch and Keras. */
  readonly delta?: number;
}

/** Description of the Huber loss. */
export interface Huber {
  readonly loss: 'huber';
  readonly delta: number;
}

const huberOptions = {
  delta: withDefault(positive, 1),
} satisfies OptionSpecs;

/**
 * Square for small errors, in proportion for large ones: with d = |prediction − target|, d² / 2 where d ≤ δ, else
 * δ (d − δ / 2); the mean over the units of an example, and then over the batch (PyTorch's `HuberLoss`; its `SmoothL1Loss` is
 * this divided by δ). The gradient by a prediction is at most δ / (N · units), whatever the outlier.
 *
 * Predictions and targets as for `meanSquare`.
 *
 * @example train({ model, loss: huber({ delta: 0.5 }), … })
 *
 * Huber, "Robust estimation of a location parameter", 1964.
 */
export function huber(options: HuberOptions = {}): Huber {
  return frozen({ loss: 'huber', ...readOptions('huber', huberOptions, options) });
}

export const huberRow: LossRow<Huber> = {
  options: huberOptions,
  targets: 'quantities',
  read: huber,
  perExample: ({ delta }, predictions, targets) => {
    const { predictions: y, targets: t } = paired('huber', predictions, targets);
    const d = abs(sub(y, t));
    // With q = min(d, δ), both branches are q (d − q / 2).
    const q = minimum(d, delta);
    return { values: mean(mul(q, sub(d, mul(q, 0.5))), 1) };
  },
  bestConstant: ({ delta }, targets, units) => byUnit(targets, units).map((values) => location(values, delta)),
};

/** Where Σ clip(c − t, ±δ) = 0, by bisection: that sum never falls as c grows. */
function location(values: Float64Array, delta: number): number {
  let low = values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY);
  let high = values.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    const slope = values.reduce((sum, value) => sum + Math.max(-delta, Math.min(delta, middle - value)), 0);
    if (slope < 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
