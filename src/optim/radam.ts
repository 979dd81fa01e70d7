import { chain } from '../rule/chain.ts';
import { learningRateScale } from './part/learning-rate-scale.ts';
import { rectifiedMoments } from './part/rectified-moments.ts';

/**
 * Rectified Adam: s ← β₁s + (1−β₁)g; r ← β₂r + (1−β₂)g²; θ ← θ − ε l ŝ √(1−β₂ᵗ)/(√r + δ) once the average of squares is
 * long enough (ρ > 5, from step 6 under β₂ = 0.999), θ ← θ − ε ŝ before. The factor l grows from near 0 towards 1: a
 * warm-up that follows from β₂ (Liu et al., 2020; formulas of ρ and l at `rectifiedMoments`).
 *
 * - `learningRate` ε ≥ 0, 0.001; `beta1` β₁ and `beta2` β₂ in [0, 1), 0.9 and 0.999: numbers or schedules, defaults of
 *   PyTorch.
 * - `epsilon` δ ≥ 0, 1e-8, beside the root as in PyTorch; the paper has none.
 *
 * While ρ ≤ 5 steps are as large as the gradient, not as Adam's: a rate that suits Adam may then do next to nothing, or
 * too much. With β₂ ≤ 2/3 that is for ever.
 *
 * ```ts
 * radam({ learningRate: 3e-4 });
 * ```
 */
export const radam = chain({
  name: 'radam',
  hyper: { learningRate: 0.001 },
  parts: [rectifiedMoments, learningRateScale],
});
