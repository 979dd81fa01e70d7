import { chain } from '../../rule/chain.ts';
import { interpolatedSign } from '../part/interpolated-sign.ts';
import { learningRateScale } from '../part/learning-rate-scale.ts';

/**
 * Lion: θ ← θ − ε(sign(β₁m + (1−β₁)g) + λθ); m ← β₂m + (1−β₂)g (Chen et al., 2023). One slot; every element moves by ε.
 *
 * - `learningRate` ε ≥ 0, 1e-4; `beta1` β₁ and `beta2` β₂ in [0, 1), 0.9 and 0.99: numbers or schedules, defaults of the
 *   authors' code. The paper advises a rate 3 to 10 times smaller than AdamW's, and a decay as much larger.
 * - `weightDecay` λ ≥ 0, 0 as in the authors' code; decoupled and scaled by the rate, as in the formula.
 *
 * ```ts
 * lion({ learningRate: 1e-4, weightDecay: 1 });
 * ```
 */
export const lion = chain({
  name: 'lion',
  hyper: { learningRate: 1e-4 },
  weightDecay: { default: 0, kind: 'decoupledByRate' },
  parts: [interpolatedSign, learningRateScale],
});
