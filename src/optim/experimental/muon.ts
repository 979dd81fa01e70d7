import { add, div, equal, max, mul, orthogonalize, pow, sqrt, square, sub, where } from '../../rule/expression.ts';
import { rule } from '../../rule/rule.ts';

const decay = { min: 0, max: 1, exclusiveMax: true } as const;

/**
 * Muon: momentum made orthogonal. For matrices, and filters as output × rest: m ← μm + (1−μ)g; O ← μm + (1−μ)g,
 * made nearly orthogonal by five Newton–Schulz steps, X ← 3.4445 X − 4.775 XXᵀX + 2.0315 (XXᵀ)²X;
 * θ ← (1 − ελ)θ − ε √max(1, rows/columns) O. So every direction in which a matrix can change gets about the same share.
 * Vectors and scalars take Adam's step at a rate of their own (Jordan et al., 2024).
 *
 * - `learningRate` ε ≥ 0, 0.02; `momentum` μ in [0, 1), 0.95; `nesterov`: true (default) takes O from μm + (1−μ)g, false from m.
 * - `updateScale`: `'aspectRatio'` (default) as above; `'likeAdam'`, 0.2 √max(rows, columns), whose elements are as large
 *   as Adam's, so that AdamW's rate and decay can be kept (Liu et al., 2025).
 * - `adamLearningRate` ≥ 0, 3e-4; `beta1` and `beta2` in [0, 1), 0.9 and 0.95; `epsilon` ≥ 0, 1e-10: of vectors and scalars.
 * - `weightDecay` λ ≥ 0, 0: decoupled, by the rate of the parameter in question.
 *
 * All numbers may be schedules; defaults of the author's code.
 *
 * ```ts
 * muon({ learningRate: 0.02, adamLearningRate: 1e-3 });
 * ```
 */
export const muon = rule({
  name: 'muon',
  slots: { m: 0, r: 0 },
  hyper: {
    learningRate: 0.02,
    momentum: { default: 0.95, ...decay },
    adamLearningRate: 3e-4,
    beta1: { default: 0.9, ...decay },
    beta2: { default: 0.95, ...decay },
    epsilon: 1e-10,
    weightDecay: 0,
  },
  choices: { nesterov: true, updateScale: ['aspectRatio', 'likeAdam'] },
  update: (values, { nesterov, updateScale }) => {
    const { theta, g, m, r, step: t, isMatrix, rows, columns } = values;
    const { momentum: μ, beta1: β1, beta2: β2, epsilon: δ, weightDecay: λ } = values;
    const matrix = equal(isMatrix, 1);
    // One slot is the momentum of a matrix and Adam's average of a vector.
    const β = where(matrix, μ, β1);
    const m1 = add(mul(β, m), mul(sub(1, β), g));
    const r1 = where(matrix, r, add(mul(β2, r), mul(sub(1, β2), square(g))));
    const orthogonal = orthogonalize(nesterov ? add(mul(β, m1), mul(sub(1, β), g)) : m1);
    const scale = updateScale === 'aspectRatio' ? sqrt(max(1, div(rows, columns))) : mul(0.2, sqrt(max(rows, columns)));
    const adaptive = div(div(m1, sub(1, pow(β1, t))), add(sqrt(div(r1, sub(1, pow(β2, t)))), δ));
    const ε = where(matrix, values.learningRate, values.adamLearningRate);
    const direction = where(matrix, mul(scale, orthogonal), adaptive);
    return { m: m1, r: r1, theta: sub(mul(sub(1, mul(ε, λ)), theta), mul(ε, direction)) };
  },
});
