import { chain } from '../rule/chain.ts';
import { accumulatedSquares } from './part/accumulated-squares.ts';
import { learningRateScale } from './part/learning-rate-scale.ts';

/**
 * AdaGrad: r ← r + g²; θ ← θ − ε g/(δ + √r) (Goodfellow et al., Alg. 8.4; Duchi et al., 2011). Steps only ever shrink:
 * made for convex problems and sparse gradients.
 *
 * - `learningRate` ε ≥ 0, a number or a schedule; 0.01 as in PyTorch (Keras: 0.001; the book gives none).
 * - `epsilon` δ ≥ 0; 1e-7 as in the book, Keras and optax (PyTorch: 1e-10).
 * - `initialAccumulator` ≥ 0, what r starts from; 0 as in the book and PyTorch (Keras, TensorFlow and optax: 0.1).
 * - `epsilonAddedTo`: `'root'` (default) as in the book and PyTorch; `'squares'` as in Keras, TensorFlow and optax:
 *   θ ← θ − ε g/√(r + δ).
 *
 * PyTorch's `lr_decay` is a schedule here.
 *
 * ```ts
 * adagrad({ learningRate: 0.1 });
 * ```
 */
export const adagrad = chain({
  name: 'adagrad',
  hyper: { learningRate: 0.01 },
  parts: [accumulatedSquares, learningRateScale],
});
