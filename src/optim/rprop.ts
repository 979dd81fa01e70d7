import { add, div, equal, less, max, min, mul, neg, sign, sub, where } from '../rule/expression.ts';
import { rule } from '../rule/rule.ts';

/**
 * Rprop: a step size of its own for each element, which grows while the gradient keeps its sign and shrinks when it
 * changes; how long the gradient is does not matter (Riedmiller and Braun, 1993). Only for gradients of the whole
 * training set: on small batches signs change by chance (Goodfellow et al., section 8.5).
 *
 * Δ ← Δ·η⁺ where g·g_previous > 0, Δ·η⁻ where < 0, within [Δ_min, Δ_max]; θ ← θ − sign(g)·Δ, and at a change of sign:
 *
 * - `variant: 'irprop-'` (default, as in PyTorch): θ stays, and the next step counts as the first in its direction;
 *   near the best of the four in Igel and Hüsken's comparison (2003), and the simplest of those.
 * - `'rprop-'`: steps as always, with the smaller Δ (Riedmiller, 1994).
 * - `'rprop+'`: takes the previous step back, as in the first paper; the next step counts as the first.
 * - `'irprop+'`: takes it back only where the loss has grown, the best of the four there. It needs the loss beside the
 *   gradient, which training gives.
 *
 * Options, numbers or schedules:
 *
 * - `learningRate` ε ≥ 0, the Δ that all start from; 0.1 as in the paper (PyTorch: 0.01). A schedule scales every Δ by
 *   how it changes, within the same bounds.
 * - `increase` η⁺ ≥ 1 and `decrease` η⁻ in [0, 1], 1.2 and 0.5; `minimumStep` Δ_min ≥ 0 and `maximumStep` Δ_max ≥ 0, 1e-6
 *   and 50: the papers' and PyTorch's.
 *
 * ```ts
 * rprop({ learningRate: 0.01 });
 * ```
 */
export const rprop = rule({
  name: 'rprop',
  // `factor` is Δ/ε; `previousSign` is 0 where the next step counts as the first.
  slots: { factor: 1, previousSign: 0, move: 0 },
  scalars: { previousLoss: Number.POSITIVE_INFINITY },
  hyper: {
    learningRate: 0.1,
    increase: { default: 1.2, min: 1 },
    decrease: { default: 0.5, min: 0, max: 1 },
    minimumStep: 1e-6,
    maximumStep: 50,
  },
  choices: { variant: ['irprop-', 'rprop-', 'rprop+', 'irprop+'] },
  wholeSet: true,
  update: ({ theta, g, loss, factor, previousSign, previousLoss, move, learningRate: ε, ...hyper }, { variant }) => {
    const { increase, decrease, minimumStep, maximumStep } = hyper;
    // Signs, not gradients, are multiplied: the product of two small gradients is 0.
    const now = sign(g);
    const agreement = mul(now, previousSign);
    const changed = less(agreement, 0);
    const grown = mul(factor, where(less(0, agreement), increase, where(changed, decrease, 1)));
    const bounded = max(min(grown, div(maximumStep, ε)), div(minimumStep, ε));
    const factor1 = where(equal(ε, 0), factor, bounded);
    const step = mul(ε, factor1);
    if (variant === 'rprop-') return { factor: factor1, previousSign: now, theta: sub(theta, mul(now, step)) };
    const kept = where(changed, 0, now);
    const forward = mul(kept, step);
    if (variant === 'irprop-') return { factor: factor1, previousSign: kept, theta: sub(theta, forward) };
    const back = variant === 'rprop+' ? neg(move) : where(less(previousLoss, loss), neg(move), 0);
    const move1 = where(changed, back, neg(forward));
    const remembered = variant === 'rprop+' ? {} : { previousLoss: loss };
    return { factor: factor1, previousSign: kept, move: move1, theta: add(theta, move1), ...remembered };
  },
});
