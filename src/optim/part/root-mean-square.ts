import { part } from '../../rule/chain.ts';
import { add, constant, div, equal, max, mul, pow, square, sub, where } from '../../rule/expression.ts';
import { rootOfSquares } from './root-of-squares.ts';

/**
 * RMSProp's direction: r ← ρr + (1−ρ)d²; d ← d/√(r + δ) (Hinton, 2012). r starts from `initialAccumulator`.
 *
 * - `centered`: the divisor is the deviation, from r − a² with a ← ρa + (1−ρ)d (Graves, 2013). Rounding cannot take it
 *   below 0.
 * - `biasCorrection`: r and a are divided by 1 − ρᵗ first.
 * - `epsilonAddedTo: 'root'`: δ is added to the root instead.
 */
export const rootMeanSquare = part({
  slots: { r: 0, a: 0 },
  hyper: { rho: { default: 0.9, min: 0, max: 1, exclusiveMax: true }, epsilon: 1e-6, initialAccumulator: 0 },
  choices: { epsilonAddedTo: ['squares', 'root'], centered: false, biasCorrection: false },
  transform: ({ direction: d, r, a, step: t, rho: ρ, epsilon: δ, initialAccumulator: r0 }, choices) => {
    const r1 = add(mul(ρ, where(equal(t, 1), r0, r)), mul(sub(1, ρ), square(d)));
    const a1 = add(mul(ρ, a), mul(sub(1, ρ), d));
    const c = choices.biasCorrection ? sub(1, pow(ρ, t)) : constant(1);
    const squares = choices.centered ? max(sub(div(r1, c), square(div(a1, c))), 0) : div(r1, c);
    const direction = div(d, rootOfSquares(squares, δ, choices.epsilonAddedTo));
    return { r: r1, direction, ...(choices.centered ? { a: a1 } : {}) };
  },
});
