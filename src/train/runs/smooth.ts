import { checkNumber } from '../../base/options.ts';

/**
 * Exponential smoothing, debiased, as TensorBoard draws it: sₙ = Σᵢ wⁿ⁻ⁱ yᵢ / Σᵢ wⁿ⁻ⁱ over the values up to the n-th, with
 * the weight w in [0, 1). A plain moving average that starts from 0 would begin too low. A value that is not finite
 * stays as it is, and does not touch the others.
 *
 * @example smooth([1, 0], 0.5)   // [1, 1/3]
 */
export function smooth(values: readonly number[], weight: number): number[] {
  checkNumber('smooth', 'weight', weight, { min: 0, max: 1, exclusiveMax: true });
  let [sum, total] = [0, 0];
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    // w · Σ + (1 − w) · y, and the same for ones: their ratio is the formula.
    sum = weight * sum + (1 - weight) * value;
    total = weight * total + (1 - weight);
    return sum / total;
  });
}
