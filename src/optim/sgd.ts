import { mul, sub } from '../rule/expression.ts';
import { required, rule } from '../rule/rule.ts';

/**
 * Stochastic gradient descent: θ ← θ − εg (Goodfellow et al., Alg. 8.1).
 *
 * - `learningRate` ε ≥ 0, a number or a schedule; required, for no value suits most problems.
 *
 * ```ts
 * sgd({ learningRate: linearDecay({ from: 0.1, to: 0.001, over: epochs(200) }) });
 * ```
 */
export const sgd = rule({
  name: 'sgd',
  slots: {},
  hyper: { learningRate: required },
  update: ({ theta, g, learningRate: ε }) => ({ theta: sub(theta, mul(ε, g)) }),
});
