import { chain } from '../../rule/chain.ts';
import { adaptiveMoments } from '../part/adaptive-moments.ts';
import { decayedWeights } from '../part/decayed-weights.ts';
import { learningRateScale } from '../part/learning-rate-scale.ts';
import { trustRatio } from '../part/trust-ratio.ts';

/**
 * LAMB: Adam's direction with decay, d = ŝ/(√r̂ + δ) + λθ, made as long as the parameter: θ ← θ − ε ‖θ‖/‖d‖ d, tensor by
 * tensor (You et al., 2020). For large batches: the rate is the part of its length that each tensor moves per step.
 *
 * - `learningRate` ε ≥ 0, 0.001; `beta1` and `beta2` in [0, 1), 0.9 and 0.999; `epsilon` δ ≥ 0, 1e-6; `weightDecay` λ ≥ 0,
 *   0.01: numbers or schedules; values of the paper's BERT runs, where the rate was tuned to the batch.
 * - `epsilonAddedTo`: as in `adam`.
 * - `trustRatioOf`: `'everyParameter'` (default) as in the paper's algorithm; `'matrices'` leaves vectors and scalars to
 *   Adam, as the authors' code does with biases and gains.
 *
 * A tensor of zeros takes Adam's step. The decay stands inside the direction, so `weightDecayKind` is no option.
 *
 * ```ts
 * lamb({ learningRate: 0.002, weightDecay: 0.01 });
 * ```
 */
export const lamb = chain({
  name: 'lamb',
  hyper: { learningRate: 0.001, epsilon: 1e-6, weightDecay: 0.01 },
  parts: [adaptiveMoments, decayedWeights, trustRatio, learningRateScale],
});
