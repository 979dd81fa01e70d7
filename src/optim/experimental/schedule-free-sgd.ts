import { add, mul, square } from '../../rule/expression.ts';
import { rule } from '../../rule/rule.ts';
import { averaged, between } from './schedule-free-average.ts';

/**
 * Schedule-Free SGD: g at y = (1−β)z + βx; z ← z − ε(g + λy); x ← (1−c)x + cz, with c = ε²/Σε² (Defazio et al., 2024).
 * The average x takes the place of a falling rate, so the end of training need not be known. θ is x: evaluate and save it
 * as usual.
 *
 * - `learningRate` ε ≥ 0, 1; `momentum` β in [0, 1), 0.9; `weightDecay` λ ≥ 0, 0: numbers or schedules, defaults of the
 *   authors' code. A warm-up of the rate helps; steps taken under a low rate count less in x.
 *
 * The rate should be larger than SGD's with a schedule, by some 10 to 50 times (the authors). Batch normalization gathers
 * its running statistics at y, and needs them at x: gather them anew before the model is used.
 *
 * ```ts
 * scheduleFreeSgd({ learningRate: 5, weightDecay: 1e-4 });
 * ```
 */
export const scheduleFreeSgd = rule({
  name: 'scheduleFreeSgd',
  slots: { lead: 0 },
  scalars: { weightSum: 0 },
  hyper: { learningRate: 1, momentum: { default: 0.9, min: 0, max: 1, exclusiveMax: true }, weightDecay: 0 },
  interim: (values) => between(values, values.momentum),
  update: (values) => {
    const { g, learningRate: ε, momentum: β, weightDecay: λ } = values;
    return averaged(values, mul(ε, add(g, mul(λ, between(values, β)))), square(ε));
  },
});
