import { part } from '../../rule/chain.ts';
import { add, div, square } from '../../rule/expression.ts';
import { rootOfSquares } from './root-of-squares.ts';

/**
 * AdaGrad's direction: r ← r + d²; d ← d/(δ + √r) (Duchi et al., 2011). `initialAccumulator` is what r starts from; the
 * slot holds what has come since.
 *
 * With `epsilonAddedTo: 'squares'` the divisor is √(r + δ).
 */
export const accumulatedSquares = part({
  slots: { r: 0 },
  hyper: { epsilon: 1e-7, initialAccumulator: 0 },
  choices: { epsilonAddedTo: ['root', 'squares'] },
  transform: ({ direction: d, r, epsilon: δ, initialAccumulator: r0 }, { epsilonAddedTo }) => {
    const r1 = add(r, square(d));
    return { r: r1, direction: div(d, rootOfSquares(add(r1, r0), δ, epsilonAddedTo)) };
  },
});
