import { OptionError } from '../base/errors.ts';
import { shown } from '../base/shown.ts';
import { chain } from '../rule/chain.ts';
import { rootMeanSquare } from './part/root-mean-square.ts';
import { velocity } from './part/velocity.ts';

const built = chain({ name: 'rmsprop', hyper: { learningRate: 0.001 }, parts: [rootMeanSquare, velocity] });

/**
 * RMSProp: r ← ρr + (1−ρ)g²; θ ← θ − ε g/√(δ + r) (Goodfellow et al., Alg. 8.5; Hinton, 2012).
 *
 * - `learningRate` ε ≥ 0, 0.001 as in Hinton's lecture and Keras (PyTorch: 0.01); `rho` ρ in [0, 1), 0.9 as there
 *   (PyTorch: 0.99); `epsilon` δ ≥ 0, 1e-6 as in the book (Keras: 1e-7, PyTorch and optax: 1e-8): numbers or schedules.
 * - `epsilonAddedTo`: `'squares'` (default) as in the book, Keras and optax; `'root'` as in PyTorch: g/(√r + δ).
 * - `initialAccumulator` ≥ 0, what r starts from; 0 as in the book (TensorFlow 1: 1, which makes first steps shorter).
 * - `centered`: false (default); true divides by the deviation, √(r − a² + δ) with a ← ρa + (1−ρ)g (Graves, 2013).
 * - `biasCorrection`: false (default) as in the book; true divides r (and a) by 1 − ρᵗ, so that the first steps are not
 *   too long. Then it is Adam with β₁ = 0.
 * - `momentum` α in [0, 1), a number or a schedule; 0: none, and nothing is kept for it. `hasMomentum` follows from it.
 * - `learningRateInMomentum`: true (default) as in Keras, TensorFlow and optax: v ← αv + ε g/√(δ + r); θ ← θ − v. False
 *   as in PyTorch: v ← αv + g/√(δ + r); θ ← θ − εv. They differ where the rate changes.
 *
 * ```ts
 * rmsprop({ learningRate: 0.001, momentum: 0.9 });
 * rmsprop({ learningRate: 0.01, rho: 0.99, epsilon: 1e-8, epsilonAddedTo: 'root' }); // PyTorch's defaults
 * ```
 */
export const rmsprop: typeof built = Object.assign(
  (options: Parameters<typeof built>[0] = {}) => {
    const moves = options?.momentum !== undefined && options.momentum !== 0;
    if (moves && options.hasMomentum === false) {
      throw new OptionError('option/choice', `hasMomentum is false, and momentum is ${shown(options.momentum)}`, {
        place: 'rmsprop',
        mend: 'Leave hasMomentum out, or give a momentum of 0.',
      });
    }
    return built(moves && options.hasMomentum === undefined ? { ...options, hasMomentum: true } : options);
  },
  { definition: built.definition },
);
