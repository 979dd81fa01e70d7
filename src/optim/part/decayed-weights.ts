import { part } from '../../rule/chain.ts';
import { add, mul } from '../../rule/expression.ts';

/** Weight decay inside the direction: d ← d + λθ, scaled by whatever part follows. */
export const decayedWeights = part({
  hyper: { weightDecay: 0 },
  transform: ({ direction: d, theta, weightDecay: λ }) => ({ direction: add(d, mul(λ, theta)) }),
});
