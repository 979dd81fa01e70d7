import { chain } from '../rule/chain.ts';
import { adaptiveMoments } from './part/adaptive-moments.ts';
import { learningRateScale } from './part/learning-rate-scale.ts';

/**
 * Adam: s ← β₁s + (1−β₁)g; r ← β₂r + (1−β₂)g²; ŝ = s/(1−β₁ᵗ); r̂ = r/(1−β₂ᵗ); θ ← θ − ε ŝ/(√r̂ + δ)
 * (Goodfellow et al., Alg. 8.7; Kingma and Ba, 2015).
 *
 * - `learningRate` ε ≥ 0, 0.001; `beta1` β₁ and `beta2` β₂ in [0, 1), 0.9 and 0.999; `epsilon` δ ≥ 0, 1e-8: numbers or
 *   schedules, defaults of the book, the paper and PyTorch (Keras: δ = 1e-7).
 * - `epsilonAddedTo`: `'correctedRoot'` (default), as in the book, PyTorch and optax; `'uncorrectedRoot'`, as in Keras
 *   and TensorFlow: θ ← θ − ε √(1−β₂ᵗ)/(1−β₁ᵗ) · s/(√r + δ), which at first damps small gradients more;
 *   `'correctedSquares'`, as `eps_root` of optax: θ ← θ − ε ŝ/√(r̂ + δ), smooth in g at 0.
 *
 * ```ts
 * adam({ learningRate: 3e-4 });
 * ```
 */
export const adam = chain({
  name: 'adam',
  hyper: { learningRate: 0.001 },
  parts: [adaptiveMoments, learningRateScale],
});
