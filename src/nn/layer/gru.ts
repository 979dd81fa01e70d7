import { frozen } from '../../base/frozen.ts';
import { type OptionSpecs, oneOf, readOptions, withDefault } from '../../base/option-spec.ts';
import { add, mul, sigmoid, sub, tanh } from '../../graph/elementwise.ts';
import { slice } from '../../graph/form.ts';
import { matmul } from '../../graph/linear.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Initializer } from '../init/initializer.ts';
import { initializerSpec } from '../init/initializer-spec.ts';
import { zeros } from '../init/zeros.ts';
import type { LayerRow } from '../layer.ts';
import {
  type Recurrence,
  type RecurrenceOptions,
  recurrenceOptions,
  sequenceShape,
  stepsOf,
  timeFirst,
  unroll,
} from './recurrence.ts';

const resets = ['after', 'before'] as const;

/** Description of a layer of gated recurrent units. */
export interface Gru extends Recurrence {
  readonly layer: 'gru';
  readonly name?: string;
  readonly reset: (typeof resets)[number];
  readonly biasInitializer: Initializer;
}

export interface GruOptions extends RecurrenceOptions {
  /**
   * Whether the reset gate acts `after` the product with the recurrent weight (default; PyTorch, cuDNN, Keras'
   * `reset_after`), or `before` it, on the state itself (Cho et al.).
   */
  readonly reset?: (typeof resets)[number];
  /** Default `zeros()`. */
  readonly biasInitializer?: Initializer;
}

const gruOptions = {
  ...recurrenceOptions(3),
  reset: withDefault(oneOf(resets), 'after'),
  biasInitializer: withDefault(initializerSpec, zeros()),
} satisfies OptionSpecs;

/**
 * Gated recurrent units: an update gate that keeps the old state, a reset gate that forgets it in the candidate.
 *
 * r = σ(xₜ Wr + hₜ₋₁ Rr + br);  z = σ(xₜ Wz + hₜ₋₁ Rz + bz);  n = tanh(xₜ Wn + bn + r (hₜ₋₁ Rn + c));
 * hₜ = (1 − z) n + z hₜ₋₁;  h₀ = 0. With `reset: 'before'`: n = tanh(xₜ Wn + bn + (r hₜ₋₁) Rn).
 *
 * x [N, T, F] → [N, T, units], or [N, units] with `returnSequence: false`. Parameters: `inputWeight` W [F, 3 units],
 * `recurrentWeight` R [units, 3 units], `bias` b [3 units], for reset gate, update gate and candidate, in this order, as
 * in PyTorch (Keras: z, r, n); `recurrentBias` c [units], not with `before`. In the gates PyTorch's two biases are one sum.
 *
 * @example sequential(gru({ units: 128, returnSequence: false }), dense(10))
 *
 * Cho et al., "Learning phrase representations using RNN encoder-decoder", 2014.
 */
export function gru(options: GruOptions): Gru {
  return frozen({ layer: 'gru', ...readOptions('gru', gruOptions, options) });
}

export const gruRow: LayerRow<Gru> = {
  options: gruOptions,
  label: 'gru',
  read: (options) => gru(options as unknown as GruOptions),
  apply(layer, scope, x) {
    const [batch, steps, features] = sequenceShape(scope, x);
    const { units } = layer;
    const own = { fanIn: units, fanOut: units };
    const fan = { fanIn: features, fanOut: units };
    const weight = scope.parameter('inputWeight', [features, 3 * units], layer.inputInitializer, fan);
    const recurrent = scope.parameter('recurrentWeight', [units, 3 * units], layer.recurrentInitializer, own);
    const bias = scope.parameter('bias', [3 * units], layer.biasInitializer, own);
    const after = layer.reset === 'after';
    const inner = after ? scope.parameter('recurrentBias', [units], layer.biasInitializer, own) : undefined;

    const columns = (matrix: Tensor, from: number, to: number) =>
      slice(matrix, { starts: [0, from * units], ends: [matrix.shape[0]!, to * units] });
    const entries = (from: number, to: number) => slice(bias, { starts: [from * units], ends: [to * units] });
    // Gates and candidate apart: what they get and give then need not be cut and joined at every step.
    const rows = timeFirst(x);
    const project = (from: number, to: number) =>
      stepsOf(add(matmul(rows, columns(weight, from, to)), entries(from, to)), steps);
    const [toGates, toCandidate] = [project(0, 2), project(2, 3)];
    const [ofGates, ofCandidate] = [columns(recurrent, 0, 2), columns(recurrent, 2, 3)];

    return unroll(layer, scope, { batch, steps, builder: x.builder }, ['hidden'], ([hidden], t) => {
      const gates = sigmoid(add(matmul(hidden!, ofGates), toGates[t]!));
      const [reset, update] = [columns(gates, 0, 1), columns(gates, 1, 2)];
      const recalled =
        inner === undefined
          ? matmul(mul(reset, hidden!), ofCandidate)
          : mul(reset, add(matmul(hidden!, ofCandidate), inner));
      const candidate = tanh(add(recalled, toCandidate[t]!));
      return [add(candidate, mul(update, sub(hidden!, candidate)))];
    });
  },
};
