import { chain } from '../rule/chain.ts';
import { accumulatedSteps } from './part/accumulated-steps.ts';
import { learningRateScale } from './part/learning-rate-scale.ts';

/**
 * AdaDelta: r ← ρr + (1−ρ)g²; d = √(u + δ)/√(r + δ) · g; u ← ρu + (1−ρ)d²; θ ← θ − εd (Zeiler, 2012). The lengths of past
 * steps take the place of a learning rate, so its first steps are about √δ long.
 *
 * - `learningRate` ε ≥ 0, a number or a schedule; 1 as in PyTorch: the paper has none (Keras: 0.001).
 * - `rho` ρ in [0, 1); 0.95 as in the paper's experiments and Keras (PyTorch: 0.9).
 * - `epsilon` δ ≥ 0; 1e-6 as in the paper and PyTorch (Keras: 1e-7). With 0 the first step, and so every step, is 0.
 *
 * ```ts
 * adadelta();
 * ```
 */
export const adadelta = chain({
  name: 'adadelta',
  hyper: { learningRate: 1 },
  parts: [accumulatedSteps, learningRateScale],
});
