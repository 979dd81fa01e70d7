import { frozen } from '../../base/frozen.ts';
import { type OptionSpecs, oneOf, readOptions, withDefault } from '../../base/option-spec.ts';
import { add, relu, sigmoid, tanh } from '../../graph/elementwise.ts';
import { matmul } from '../../graph/linear.ts';
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

const activations = { tanh, relu, sigmoid };

type Activation = keyof typeof activations;

/** Description of a simple recurrent layer. */
export interface SimpleRnn extends Recurrence {
  readonly layer: 'simpleRnn';
  readonly name?: string;
  readonly activation: Activation;
  readonly biasInitializer: Initializer;
}

export interface SimpleRnnOptions extends RecurrenceOptions {
  /** `tanh` (default), `relu` or `sigmoid`. */
  readonly activation?: Activation;
  /** Default `zeros()`. */
  readonly biasInitializer?: Initializer;
}

const simpleRnnOptions = {
  ...recurrenceOptions(1),
  activation: withDefault(oneOf(Object.keys(activations) as Activation[]), 'tanh'),
  biasInitializer: withDefault(initializerSpec, zeros()),
} satisfies OptionSpecs;

/**
 * A simple recurrent layer: hₜ = tanh(xₜ W + hₜ₋₁ R + b), h₀ = 0. Over many steps its gradient vanishes or explodes;
 * `lstm` and `gru` keep it.
 *
 * x [N, T, F] → [N, T, units], or [N, units] with `returnSequence: false`. Parameters: `inputWeight` W [F, units],
 * `recurrentWeight` R [units, units], `bias` b [units] (the sum of PyTorch's two).
 *
 * With `activation: 'relu'` and `recurrentInitializer: identity()` it is the IRNN of Le, Jaitly, Hinton, 2015.
 *
 * @example sequential(simpleRnn({ units: 64, returnSequence: false }), dense(10))
 *
 * Elman, "Finding structure in time", 1990.
 */
export function simpleRnn(options: SimpleRnnOptions): SimpleRnn {
  return frozen({ layer: 'simpleRnn', ...readOptions('simpleRnn', simpleRnnOptions, options) });
}

export const simpleRnnRow: LayerRow<SimpleRnn> = {
  options: simpleRnnOptions,
  label: 'recurrent',
  read: (options) => simpleRnn(options as unknown as SimpleRnnOptions),
  apply(layer, scope, x) {
    const [batch, steps, features] = sequenceShape(scope, x);
    const { units } = layer;
    const fan = { fanIn: features, fanOut: units };
    const own = { fanIn: units, fanOut: units };
    const weight = scope.parameter('inputWeight', [features, units], layer.inputInitializer, fan);
    const recurrent = scope.parameter('recurrentWeight', [units, units], layer.recurrentInitializer, own);
    const bias = scope.parameter('bias', [units], layer.biasInitializer, own);
    const inputs = stepsOf(add(matmul(timeFirst(x), weight), bias), steps);
    const activate = activations[layer.activation];
    return unroll(layer, scope, { batch, steps, builder: x.builder }, ['hidden'], ([hidden], t) => [
      activate(add(matmul(hidden!, recurrent), inputs[t]!)),
    ]);
  },
};
