import { part } from '../../rule/chain.ts';
import { add, mul } from '../../rule/expression.ts';
import { required } from '../../rule/rule.ts';

/**
 * The last part of chains that may have momentum: d ← εd, or with `hasMomentum` v ← αv + εd; d ← v.
 *
 * With `learningRateInMomentum: false` v holds directions, and a new rate scales the past too: v ← αv + d; d ← εv.
 */
export const velocity = part({
  slots: { v: 0 },
  hyper: { learningRate: required, momentum: { default: 0, min: 0, max: 1, exclusiveMax: true } },
  choices: { hasMomentum: false, learningRateInMomentum: true },
  transform: ({ direction: d, v, learningRate: ε, momentum: α }, { hasMomentum, learningRateInMomentum }) => {
    if (!hasMomentum) return { direction: mul(ε, d) };
    const v1 = add(mul(α, v), learningRateInMomentum ? mul(ε, d) : d);
    return { v: v1, direction: learningRateInMomentum ? v1 : mul(ε, v1) };
  },
});
