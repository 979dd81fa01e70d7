import { chain } from '../rule/chain.ts';
import { learningRateScale } from './part/learning-rate-scale.ts';
import { nesterovMoments } from './part/nesterov-moments.ts';

/**
 * NAdam, Adam with Nesterov's momentum: s ← β₁s + (1−β₁)g; r ← β₂r + (1−β₂)g²;
 * θ ← θ − ε (μₜ₊₁ s/(1 − Pₜμₜ₊₁) + (1−μₜ) g/(1 − Pₜ)) / (√r̂ + δ), with μₜ = β₁(1 − ½·0.96^(ψt)), Pₜ = μ₁⋯μₜ and
 * r̂ = r/(1−β₂ᵗ) (Dozat, 2016).
 *
 * - `learningRate` ε ≥ 0, 0.002; `beta1` β₁ and `beta2` β₂ in [0, 1), 0.9 and 0.999; `epsilon` δ ≥ 0, 1e-8: numbers or
 *   schedules, defaults of PyTorch (Keras: ε = 0.001, δ = 1e-7; the paper: β₁ = 0.99).
 * - `momentumDecay` ψ ≥ 0, 0.004 as in the paper and PyTorch: the momentum rises from β₁/2 towards β₁ over some 25 000
 *   steps. With 1, as in Keras, over some 100.
 * - `momentumForm`: `'warmedUp'` (default) as above; `'constant'`, μₜ = β₁, as in optax; `'sharedCorrection'`,
 *   (β₁s + (1−β₁)g)/(1−β₁ᵗ) over the root, as in NAdamW of AlgoPerf and timm. The last two do not read ψ.
 *
 * ```ts
 * nadam({ learningRate: 0.001, momentumDecay: 1 }); // as in Keras
 * ```
 */
export const nadam = chain({
  name: 'nadam',
  hyper: { learningRate: 0.002 },
  parts: [nesterovMoments, learningRateScale],
});
