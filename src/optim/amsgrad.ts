import { chain } from '../rule/chain.ts';
import { learningRateScale } from './part/learning-rate-scale.ts';
import { maximumMoments } from './part/maximum-moments.ts';

/**
 * AMSGrad, Adam with rates that never grow: s ← β₁s + (1−β₁)g; r ← β₂r + (1−β₂)g²; r_max ← max(r_max, r); ŝ = s/(1−β₁ᵗ);
 * r̂ = r_max/(1−β₂ᵗ); θ ← θ − ε ŝ/(√r̂ + δ) (Reddi et al., 2018). It converges where Adam need not, and is Adam as long
 * as r grows.
 *
 * - `learningRate` ε ≥ 0, 0.001; `beta1` β₁ and `beta2` β₂ in [0, 1), 0.9 and 0.999; `epsilon` δ ≥ 0, 1e-8: numbers or
 *   schedules, defaults of PyTorch (the paper has no δ, and compares β₂ = 0.99 and 0.999).
 * - `biasCorrection`: true (default) as in PyTorch and Keras; false as in the paper: s and r_max as they are.
 * - `maximumOf`: `'squares'` (default) as in PyTorch and Keras; `'correctedSquares'` as in optax:
 *   r̂ ← max(r̂, r/(1−β₂ᵗ)), which may keep the large first estimate for ever.
 * - `epsilonAddedTo`: as in `adam`; Keras has `'uncorrectedRoot'`.
 *
 * ```ts
 * amsgrad({ learningRate: 3e-4 });
 * ```
 */
export const amsgrad = chain({
  name: 'amsgrad',
  hyper: { learningRate: 0.001 },
  parts: [maximumMoments, learningRateScale],
});
