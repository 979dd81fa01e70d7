import { add, div, mul, square, sub } from '../rule/expression.ts';
import { rule } from '../rule/rule.ts';
import { rootOfSquares } from './part/root-of-squares.ts';

const decay = { min: 0, max: 1, exclusiveMax: true } as const;

/**
 * RMSProp with Nesterov momentum: g at θ + αv; r ← ρr + (1−ρ)g²; v ← αv − ε g/√(δ + r); θ ← θ + v (Goodfellow et al.,
 * Alg. 8.6). The book's algorithm has no δ; it stands here where Alg. 8.5 has it.
 *
 * - `learningRate` ε ≥ 0, 0.001, `rho` ρ in [0, 1), 0.9, and `epsilon` δ ≥ 0, 1e-6, as in `rmsprop`; `momentum` α in
 *   [0, 1), 0.9 as in `momentum`: numbers or schedules.
 * - `epsilonAddedTo`: `'squares'` (default), or `'root'`: g/(√r + δ).
 *
 * ```ts
 * rmspropNesterov({ learningRate: 0.001, momentum: 0.9 });
 * ```
 */
export const rmspropNesterov = rule({
  name: 'rmspropNesterov',
  slots: { v: 0, r: 0 },
  hyper: {
    learningRate: 0.001,
    momentum: { default: 0.9, ...decay },
    rho: { default: 0.9, ...decay },
    epsilon: 1e-6,
  },
  choices: { epsilonAddedTo: ['squares', 'root'] },
  interim: ({ theta, v, momentum: α }) => add(theta, mul(α, v)),
  update: ({ theta, g, v, r, learningRate: ε, momentum: α, rho: ρ, epsilon: δ }, { epsilonAddedTo }) => {
    const r1 = add(mul(ρ, r), mul(sub(1, ρ), square(g)));
    const v1 = sub(mul(α, v), div(mul(ε, g), rootOfSquares(r1, δ, epsilonAddedTo)));
    return { v: v1, r: r1, theta: add(theta, v1) };
  },
});
