import { add, div, mul, pow, sqrt, square, sub } from '../../rule/expression.ts';
import { rule } from '../../rule/rule.ts';
import { averaged, between } from './schedule-free-average.ts';

const decay = { min: 0, max: 1, exclusiveMax: true } as const;

/**
 * Schedule-Free AdamW: g at y = (1−β₁)z + β₁x; r ← β₂r + (1−β₂)g²; z ← z − ε(g/(√r̂ + δ) + λy); x ← (1−c)x + cz, with
 * c = ε²/Σε² (Defazio et al., 2024). The average x takes the place of a falling rate and of Adam's average of gradients.
 * θ is x: evaluate and save it as usual.
 *
 * - `learningRate` ε ≥ 0, 0.0025; `beta1` β₁ and `beta2` β₂ in [0, 1), 0.9 and 0.999; `epsilon` δ ≥ 0, 1e-8;
 *   `weightDecay` λ ≥ 0, 0: numbers or schedules, defaults of the authors' code. A warm-up of the rate helps.
 * - `correctionIn`: `'root'` (default), r̂ = r/(1−β₂ᵗ), as in the authors' code; `'learningRate'` as in the paper's
 *   experiments: ε√(1−β₂ᵗ) is the rate of the whole step and of c, and the root is √r. The authors found that less stable.
 *
 * The rate should be larger than AdamW's with a schedule, by some 1 to 10 times (the authors). Batch normalization
 * gathers its running statistics at y, and needs them at x: gather them anew before the model is used.
 *
 * ```ts
 * scheduleFreeAdamw({ learningRate: 0.005, weightDecay: 0.05 });
 * ```
 */
export const scheduleFreeAdamw = rule({
  name: 'scheduleFreeAdamw',
  slots: { lead: 0, r: 0 },
  scalars: { weightSum: 0 },
  hyper: {
    learningRate: 0.0025,
    beta1: { default: 0.9, ...decay },
    beta2: { default: 0.999, ...decay },
    epsilon: 1e-8,
    weightDecay: 0,
  },
  choices: { correctionIn: ['root', 'learningRate'] },
  interim: (values) => between(values, values.beta1),
  update: (values, { correctionIn }) => {
    const { g, r, step: t, beta1: β1, beta2: β2, epsilon: δ, weightDecay: λ } = values;
    const r1 = add(mul(β2, r), mul(sub(1, β2), square(g)));
    const c2 = sub(1, pow(β2, t));
    const ε = correctionIn === 'root' ? values.learningRate : mul(values.learningRate, sqrt(c2));
    const root = correctionIn === 'root' ? sqrt(div(r1, c2)) : sqrt(r1);
    const direction = add(div(g, add(root, δ)), mul(λ, between(values, β1)));
    return { r: r1, ...averaged(values, mul(ε, direction), square(ε)) };
  },
});
