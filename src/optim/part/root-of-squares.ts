import { add, type Expression, sqrt } from '../../rule/expression.ts';

/** The divisor of AdaGrad and RMSProp: √(r + δ) where δ is added to the squares, √r + δ where it is added to the root. */
export function rootOfSquares(r: Expression, δ: Expression, epsilonAddedTo: 'squares' | 'root'): Expression {
  return epsilonAddedTo === 'squares' ? sqrt(add(r, δ)) : add(sqrt(r), δ);
}
