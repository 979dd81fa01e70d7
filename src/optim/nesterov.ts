import { add, mul, sub } from '../rule/expression.ts';
import { required, rule } from '../rule/rule.ts';

/**
 * Nesterov momentum: g at θ + αv; v ← αv − εg; θ ← θ + v (Goodfellow et al., Alg. 8.3; Sutskever et al., 2013). The
 * interim point has memory of its own, so θ is never moved and moved back.
 *
 * PyTorch and Keras keep the interim point as their parameter: for constant ε and α their θ equals this θ + αv.
 *
 * - `learningRate` ε ≥ 0, a number or a schedule; required.
 * - `momentum` α in [0, 1), a number or a schedule; 0.9 as in `momentum`.
 *
 * ```ts
 * nesterov({ learningRate: 0.1, momentum: 0.9 });
 * ```
 */
export const nesterov = rule({
  name: 'nesterov',
  slots: { v: 0 },
  hyper: { learningRate: required, momentum: { default: 0.9, min: 0, max: 1, exclusiveMax: true } },
  interim: ({ theta, v, momentum: α }) => add(theta, mul(α, v)),
  update: ({ theta, g, v, learningRate: ε, momentum: α }) => {
    const v1 = sub(mul(α, v), mul(ε, g));
    return { v: v1, theta: add(theta, v1) };
  },
});
