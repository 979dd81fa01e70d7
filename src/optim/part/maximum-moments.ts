import { part } from '../../rule/chain.ts';
import { add, constant, div, max, mul, pow, square, sub } from '../../rule/expression.ts';
import { adaptiveDirection, adaptiveEpsilonPlaces } from './adaptive-direction.ts';

const decay = { min: 0, max: 1, exclusiveMax: true } as const;

/**
 * AMSGrad's direction: Adam's, with the largest r so far in place of r: s ← β₁s + (1−β₁)d, r ← β₂r + (1−β₂)d²,
 * r_max ← max(r_max, r); d ← ŝ/(√r̂_max + δ), hats as in Adam (Reddi et al., 2018).
 *
 * With `maximumOf: 'correctedSquares'` it is r̂_max ← max(r̂_max, r̂). With `biasCorrection: false` there are no hats.
 */
export const maximumMoments = part({
  slots: { s: 0, r: 0, largest: 0 },
  hyper: { beta1: { default: 0.9, ...decay }, beta2: { default: 0.999, ...decay }, epsilon: 1e-8 },
  choices: {
    maximumOf: ['squares', 'correctedSquares'],
    biasCorrection: true,
    epsilonAddedTo: adaptiveEpsilonPlaces,
  },
  transform: ({ direction: d, s, r, largest, step: t, beta1: β1, beta2: β2, epsilon: δ }, choices) => {
    const s1 = add(mul(β1, s), mul(sub(1, β1), d));
    const r1 = add(mul(β2, r), mul(sub(1, β2), square(d)));
    const c1 = choices.biasCorrection ? sub(1, pow(β1, t)) : constant(1);
    const c2 = choices.biasCorrection ? sub(1, pow(β2, t)) : constant(1);
    const ofCorrected = choices.maximumOf === 'correctedSquares';
    const largest1 = max(largest, ofCorrected ? div(r1, c2) : r1);
    const moments = { s: s1, r: ofCorrected ? mul(c2, largest1) : largest1, c1, c2, δ };
    return { s: s1, r: r1, largest: largest1, direction: adaptiveDirection(moments, choices.epsilonAddedTo) };
  },
});
