import { part } from '../../rule/chain.ts';
import { div, equal, min, mul, norm, where } from '../../rule/expression.ts';

/**
 * Steps in proportion to the parameter: d ← d · ‖θ‖/‖d‖, norms over the whole parameter; d as it is where either is 0
 * (You et al., 2017, 2020).
 *
 * With `trustRatioOf: 'matrices'` biases and gains keep their d.
 */
export const trustRatio = part({
  choices: { trustRatioOf: ['everyParameter', 'matrices'] },
  transform: ({ direction: d, theta, isMatrix }, { trustRatioOf }) => {
    const size = norm(theta);
    const length = norm(d);
    const ratio = where(equal(min(size, length), 0), 1, div(size, length));
    return { direction: mul(trustRatioOf === 'matrices' ? where(equal(isMatrix, 1), ratio, 1) : ratio, d) };
  },
});
