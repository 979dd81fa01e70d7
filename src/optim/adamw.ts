import { chain } from '../rule/chain.ts';
import { adaptiveMoments } from './part/adaptive-moments.ts';
import { learningRateScale } from './part/learning-rate-scale.ts';

/**
 * AdamW: Adam whose weight decay is decoupled from the gradient: θ ← (1 − ελ)θ, then Adam's step. So all weights shrink
 * at one rate, while an L2 penalty in the gradient is divided by √r̂ like the rest of it (Loshchilov and Hutter, 2019).
 *
 * - `learningRate` ε ≥ 0, 0.001; `beta1` and `beta2` in [0, 1), 0.9 and 0.999; `epsilon` δ ≥ 0, 1e-8; `epsilonAddedTo`:
 *   as in `adam`.
 * - `weightDecay` λ ≥ 0, a number or a schedule; 0.01 as in PyTorch (Keras: 0.004).
 * - `weightDecayKind`: `'decoupledByRate'` (default) as in PyTorch, Keras and optax; `'decoupledBySchedule'` as in the
 *   paper, which multiplies λ by the schedule alone, not by the rate it starts from; `'l2'` makes it Adam.
 *
 * Without decay it is Adam.
 *
 * ```ts
 * adamw({ learningRate: 3e-4, weightDecay: 0.1 });
 * ```
 */
export const adamw = chain({
  name: 'adamw',
  hyper: { learningRate: 0.001 },
  weightDecay: { default: 0.01, kind: 'decoupledByRate' },
  parts: [adaptiveMoments, learningRateScale],
});
