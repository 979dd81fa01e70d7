import { part } from '../../rule/chain.ts';
import { add, div, mul, pow, sqrt, square, sub } from '../../rule/expression.ts';

const decay = { min: 0, max: 1, exclusiveMax: true } as const;

/** The base of Dozat's momentum schedule. */
const warming = 0.96;

/**
 * NAdam's direction: Adam's, with the average of gradients seen one step ahead (Dozat, 2016). With
 * μₜ = β₁(1 − ½·0.96^(ψt)) and Pₜ = μ₁⋯μₜ:
 * s ← β₁s + (1−β₁)d; r ← β₂r + (1−β₂)d²; d ← (μₜ₊₁ s/(1 − Pₜμₜ₊₁) + (1−μₜ) d/(1 − Pₜ)) / (√r̂ + δ).
 *
 * `momentumForm` chooses the numerator: `'warmedUp'`, the one above; `'constant'`, the same with μₜ = β₁ and
 * Pₜ = β₁ᵗ; or `'sharedCorrection'`, (β₁s + (1−β₁)d)/(1 − β₁ᵗ).
 */
export const nesterovMoments = part({
  slots: { s: 0, r: 0 },
  scalars: { product: 1 },
  hyper: {
    beta1: { default: 0.9, ...decay },
    beta2: { default: 0.999, ...decay },
    epsilon: 1e-8,
    momentumDecay: 0.004,
  },
  choices: { momentumForm: ['warmedUp', 'constant', 'sharedCorrection'] },
  transform: (values, { momentumForm }) => {
    const { direction: d, s, r, step: t, product: P, beta1: β1, beta2: β2, epsilon: δ, momentumDecay: ψ } = values;
    const s1 = add(mul(β1, s), mul(sub(1, β1), d));
    const r1 = add(mul(β2, r), mul(sub(1, β2), square(d)));
    const root = add(sqrt(div(r1, sub(1, pow(β2, t)))), δ);
    if (momentumForm === 'sharedCorrection') {
      const ahead = add(mul(β1, s1), mul(sub(1, β1), d));
      return { s: s1, r: r1, direction: div(div(ahead, sub(1, pow(β1, t))), root) };
    }
    if (momentumForm === 'constant') {
      const [now, next] = [pow(β1, t), pow(β1, add(t, 1))];
      const ahead = add(mul(div(β1, sub(1, next)), s1), mul(div(sub(1, β1), sub(1, now)), d));
      return { s: s1, r: r1, direction: div(ahead, root) };
    }
    const μ = (time: typeof t) => mul(β1, sub(1, mul(0.5, pow(warming, mul(ψ, time)))));
    const [μ1, μ2] = [μ(t), μ(add(t, 1))];
    const P1 = mul(P, μ1);
    const ahead = add(mul(div(μ2, sub(1, mul(P1, μ2))), s1), mul(div(sub(1, μ1), sub(1, P1)), d));
    return { s: s1, r: r1, product: P1, direction: div(ahead, root) };
  },
});
