import { part } from '../../rule/chain.ts';
import { add, div, less, mul, pow, sqrt, square, sub, where } from '../../rule/expression.ts';

const decay = { min: 0, max: 1, exclusiveMax: true } as const;

/** The length of average from which the variance of the adaptive rate is finite and near enough its approximation. */
const tractable = 5;

/**
 * RAdam's direction: Adam's once the adaptive rate has a variance that can be rectified, the plain average of gradients
 * before (Liu et al., 2020). With ρ∞ = 2/(1−β₂) − 1 and ρ = ρ∞ − 2tβ₂ᵗ/(1−β₂ᵗ):
 * s ← β₁s + (1−β₁)d; r ← β₂r + (1−β₂)d²; d ← ŝ · l √(1−β₂ᵗ)/(√r + δ) where ρ > 5, else d ← ŝ, with
 * l² = (ρ−4)(ρ−2)ρ∞ / ((ρ∞−4)(ρ∞−2)ρ).
 */
export const rectifiedMoments = part({
  slots: { s: 0, r: 0 },
  hyper: { beta1: { default: 0.9, ...decay }, beta2: { default: 0.999, ...decay }, epsilon: 1e-8 },
  transform: ({ direction: d, s, r, step: t, beta1: β1, beta2: β2, epsilon: δ }) => {
    const s1 = add(mul(β1, s), mul(sub(1, β1), d));
    const r1 = add(mul(β2, r), mul(sub(1, β2), square(d)));
    const c1 = sub(1, pow(β1, t));
    const c2 = sub(1, pow(β2, t));
    const longest = sub(div(2, sub(1, β2)), 1);
    const ρ = sub(longest, div(mul(mul(2, t), pow(β2, t)), c2));
    const rectification = sqrt(
      div(mul(mul(sub(ρ, 4), sub(ρ, 2)), longest), mul(mul(sub(longest, 4), sub(longest, 2)), ρ)),
    );
    const rectified = less(tractable, ρ);
    const scale = div(where(rectified, mul(rectification, sqrt(c2)), 1), c1);
    return { s: s1, r: r1, direction: div(mul(scale, s1), where(rectified, add(sqrt(r1), δ), 1)) };
  },
});
