import { chain } from '../rule/chain.ts';
import { infinityNorm } from './part/infinity-norm.ts';
import { learningRateScale } from './part/learning-rate-scale.ts';

/**
 * AdaMax, Adam with the largest gradient of late in place of the root mean square: s ← β₁s + (1−β₁)g;
 * u ← max(β₂u, |g|); θ ← θ − ε/(1−β₁ᵗ) · s/(u + δ) (Kingma and Ba, 2015, Alg. 2).
 *
 * - `learningRate` ε ≥ 0, 0.002 as in the paper and PyTorch (Keras: 0.001); `beta1` β₁ and `beta2` β₂ in [0, 1), 0.9 and
 *   0.999 as there; `epsilon` δ ≥ 0, 1e-8 as in PyTorch (Keras: 1e-7; the paper has none): numbers or schedules.
 * - `epsilonAddedTo`: `'norm'` (default) as in Keras; `'gradient'` as in PyTorch and optax: u ← max(β₂u, |g| + δ), then
 *   s/u. They differ where gradients are as small as δ.
 *
 * ```ts
 * adamax({ learningRate: 0.002 });
 * ```
 */
export const adamax = chain({
  name: 'adamax',
  hyper: { learningRate: 0.002 },
  parts: [infinityNorm, learningRateScale],
});
