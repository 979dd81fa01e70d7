import { part } from '../../rule/chain.ts';
import { add, div, mul, sqrt, square, sub } from '../../rule/expression.ts';

/**
 * AdaDelta's direction: r ← ρr + (1−ρ)d²; d ← √(u + δ)/√(r + δ) · d; u ← ρu + (1−ρ)d² of the new d. So d has the unit of
 * θ (Zeiler, 2012).
 */
export const accumulatedSteps = part({
  slots: { r: 0, u: 0 },
  hyper: { rho: { default: 0.95, min: 0, max: 1, exclusiveMax: true }, epsilon: 1e-6 },
  transform: ({ direction: d, r, u, rho: ρ, epsilon: δ }) => {
    const r1 = add(mul(ρ, r), mul(sub(1, ρ), square(d)));
    const direction = mul(div(sqrt(add(u, δ)), sqrt(add(r1, δ))), d);
    return { r: r1, u: add(mul(ρ, u), mul(sub(1, ρ), square(direction))), direction };
  },
});
