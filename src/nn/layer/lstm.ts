import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, optional, readOptions } from '../../base/option-spec.ts';
import { add, mul, sigmoid, tanh } from '../../graph/elementwise.ts';
import { slice } from '../../graph/form.ts';
import { matmul } from '../../graph/linear.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { constantByPart } from '../init/constant-by-part.ts';
import type { Initializer } from '../init/initializer.ts';
import { initializerSpec } from '../init/initializer-spec.ts';
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

/** Description of a layer of long short-term memory. */
export interface Lstm extends Recurrence {
  readonly layer: 'lstm';
  readonly name?: string;
  readonly biasInitializer: Initializer;
}

export interface LstmOptions extends RecurrenceOptions {
  /**
   * Where the biases of the forget gates start, those of the others at 0. Default 1, so that the memory is kept at first
   * (Gers, Schmidhuber, Cummins, 2000; Jozefowicz et al., 2015; Keras). PyTorch has no such start.
   */
  readonly forgetBias?: number;
  /** For all biases, instead of `forgetBias`. */
  readonly biasInitializer?: Initializer;
}

const lstmOptions = {
  ...recurrenceOptions(4),
  forgetBias: optional(number()),
  biasInitializer: optional(initializerSpec),
} satisfies OptionSpecs;

/**
 * Long short-term memory: a cell that is added to, so that gradients reach far back, and gates that open and close it.
 *
 * [i, f, o, g] = xₜ W + hₜ₋₁ R + b;  cₜ = σ(f) cₜ₋₁ + σ(i) tanh(g);  hₜ = σ(o) tanh(cₜ);  h₀ = c₀ = 0.
 *
 * x [N, T, F] → h [N, T, units], or [N, units] with `returnSequence: false`. Parameters: `inputWeight` W [F, 4 units],
 * `recurrentWeight` R [units, 4 units], `bias` b [4 units] (the sum of PyTorch's two): input, forget and output gate and
 * candidate, in this order; PyTorch and Keras have i, f, g, o. States with `carryState`: `hidden` and `cell`.
 *
 * @example sequential(embedding({ entries: 65, size: 64 }), lstm({ units: 256 }), dense(65))
 *
 * Hochreiter and Schmidhuber, "Long short-term memory", 1997; with the forget gate of Gers et al., 2000.
 */
export function lstm(options: LstmOptions): Lstm {
  const { forgetBias, biasInitializer, ...common } = readOptions('lstm', lstmOptions, options);
  if (forgetBias !== undefined && biasInitializer !== undefined) {
    throw new OptionError('option/range', 'forgetBias and biasInitializer are both given', {
      place: 'lstm',
      mend: 'Give one: the second says how all biases start.',
    });
  }
  const start = constantByPart([0, forgetBias ?? 1, 0, 0]);
  return frozen({ layer: 'lstm', ...common, biasInitializer: biasInitializer ?? start });
}

export const lstmRow: LayerRow<Lstm> = {
  options: lstmOptions,
  label: 'lstm',
  read: (options) => lstm(options as unknown as LstmOptions),
  apply(layer, scope, x) {
    const [batch, steps, features] = sequenceShape(scope, x);
    const { units } = layer;
    const own = { fanIn: units, fanOut: units };
    const fan = { fanIn: features, fanOut: units };
    const weight = scope.parameter('inputWeight', [features, 4 * units], layer.inputInitializer, fan);
    const recurrent = scope.parameter('recurrentWeight', [units, 4 * units], layer.recurrentInitializer, own);
    const bias = scope.parameter('bias', [4 * units], layer.biasInitializer, own);
    const inputs = stepsOf(add(matmul(timeFirst(x), weight), bias), steps);
    const part = (all: Tensor, from: number, to: number) =>
      slice(all, { starts: [0, from * units], ends: [batch, to * units] });
    return unroll(layer, scope, { batch, steps, builder: x.builder }, ['hidden', 'cell'], ([hidden, cell], t) => {
      const sums = add(matmul(hidden!, recurrent), inputs[t]!);
      const gates = sigmoid(part(sums, 0, 3));
      const candidate = tanh(part(sums, 3, 4));
      const [input, forget, output] = [0, 1, 2].map((gate) => part(gates, gate, gate + 1));
      const next = add(mul(forget!, cell!), mul(input!, candidate));
      return [mul(output!, tanh(next)), next];
    });
  },
};
