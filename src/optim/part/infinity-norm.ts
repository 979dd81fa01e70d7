import { part } from '../../rule/chain.ts';
import { abs, add, div, max, mul, pow, sub } from '../../rule/expression.ts';

const decay = { min: 0, max: 1, exclusiveMax: true } as const;

/**
 * AdaMax's direction: s ← β₁s + (1−β₁)d, u ← max(β₂u, |d|); d ← s/((1−β₁ᵗ)(u + δ)). The norm needs no correction, for
 * its start from 0 does not bias it (Kingma and Ba, 2015, section 7.1).
 *
 * With `epsilonAddedTo: 'gradient'` δ is part of the norm: u ← max(β₂u, |d| + δ); d ← s/((1−β₁ᵗ)u).
 */
export const infinityNorm = part({
  slots: { s: 0, u: 0 },
  hyper: { beta1: { default: 0.9, ...decay }, beta2: { default: 0.999, ...decay }, epsilon: 1e-8 },
  choices: { epsilonAddedTo: ['norm', 'gradient'] },
  transform: ({ direction: d, s, u, step: t, beta1: β1, beta2: β2, epsilon: δ }, { epsilonAddedTo }) => {
    const toGradient = epsilonAddedTo === 'gradient';
    const s1 = add(mul(β1, s), mul(sub(1, β1), d));
    const u1 = max(mul(β2, u), toGradient ? add(abs(d), δ) : abs(d));
    const corrected = div(s1, sub(1, pow(β1, t)));
    return { s: s1, u: u1, direction: div(corrected, toGradient ? u1 : add(u1, δ)) };
  },
});
