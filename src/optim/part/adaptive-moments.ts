import { part } from '../../rule/chain.ts';
import { add, mul, pow, square, sub } from '../../rule/expression.ts';
import { adaptiveDirection, adaptiveEpsilonPlaces } from './adaptive-direction.ts';

const decay = { min: 0, max: 1, exclusiveMax: true } as const;

/**
 * Adam's direction: s ← β₁s + (1−β₁)d, r ← β₂r + (1−β₂)d², both corrected for their start from 0 by 1 − βᵗ;
 * d ← ŝ/(√r̂ + δ) (Kingma and Ba, 2015).
 *
 * With `epsilonAddedTo: 'uncorrectedRoot'` the correction is taken out of the root and δ meets √r itself:
 * d ← √(1−β₂ᵗ)/(1−β₁ᵗ) · s/(√r + δ), the paper's ε̂ form. With `'correctedSquares'` δ stands inside the root:
 * d ← ŝ/√(r̂ + δ).
 */
export const adaptiveMoments = part({
  slots: { s: 0, r: 0 },
  hyper: { beta1: { default: 0.9, ...decay }, beta2: { default: 0.999, ...decay }, epsilon: 1e-8 },
  choices: { epsilonAddedTo: adaptiveEpsilonPlaces },
  transform: ({ direction: d, s, r, step: t, beta1: β1, beta2: β2, epsilon: δ }, { epsilonAddedTo }) => {
    const s1 = add(mul(β1, s), mul(sub(1, β1), d));
    const r1 = add(mul(β2, r), mul(sub(1, β2), square(d)));
    const moments = { s: s1, r: r1, c1: sub(1, pow(β1, t)), c2: sub(1, pow(β2, t)), δ };
    return { s: s1, r: r1, direction: adaptiveDirection(moments, epsilonAddedTo) };
  },
});
