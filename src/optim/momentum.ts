import { add, mul, sub } from '../rule/expression.ts';
import { required, rule } from '../rule/rule.ts';

/**
 * Momentum: v ← αv − εg; θ ← θ + v (Goodfellow et al., Alg. 8.2; Polyak, 1964). Under a constant gradient the step
 * settles at ε‖g‖/(1 − α).
 *
 * - `learningRate` ε ≥ 0, a number or a schedule; required.
 * - `momentum` α in [0, 1), a number or a schedule; 0.9, the middle one of the book's common values 0.5, 0.9, 0.99.
 * - `learningRateInMomentum`: true (default) as in the book and Keras: v holds steps, and past gradients keep the rate
 *   of their time. False as in PyTorch and optax: v ← αv + g; θ ← θ − εv, where a new rate scales the past too. Under a
 *   constant rate both give the same θ.
 *
 * ```ts
 * momentum({ learningRate: 0.1, momentum: 0.9 });
 * ```
 */
export const momentum = rule({
  name: 'momentum',
  slots: { v: 0 },
  hyper: { learningRate: required, momentum: { default: 0.9, min: 0, max: 1, exclusiveMax: true } },
  choices: { learningRateInMomentum: true },
  update: ({ theta, g, v, learningRate: ε, momentum: α }, { learningRateInMomentum }) => {
    if (learningRateInMomentum) {
      const v1 = sub(mul(α, v), mul(ε, g));
      return { v: v1, theta: add(theta, v1) };
    }
    const v1 = add(mul(α, v), g);
    return { v: v1, theta: sub(theta, mul(ε, v1)) };
  },
});
