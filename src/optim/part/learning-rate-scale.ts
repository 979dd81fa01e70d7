import { part } from '../../rule/chain.ts';
import { mul } from '../../rule/expression.ts';
import { required } from '../../rule/rule.ts';

/** The last part of most chains: d ← εd. */
export const learningRateScale = part({
  hyper: { learningRate: required },
  transform: ({ direction, learningRate: ε }) => ({ direction: mul(ε, direction) }),
});
