/**
 * What recurrent layers have in common: a state [N, units] for each example, one step after the other. The recursion is
 * unrolled in the graph. Time comes first there, so that the input projections of all steps are one product, and a step
 * takes rows that lie beside each other.
 */

import { count, flag, type OptionSpecs, optional, withDefault } from '../../base/option-spec.ts';
import { showShape } from '../../base/shape.ts';
import { stopGradient } from '../../graph/elementwise.ts';
import { concat, reshape, slice, transpose } from '../../graph/form.ts';
import { fill } from '../../graph/leaf.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Initializer } from '../init/initializer.ts';
import { initializerSpec } from '../init/initializer-spec.ts';
import { orthogonal } from '../init/orthogonal.ts';
import { xavierUniform } from '../init/variance-scaling.ts';
import type { Scope } from '../layer.ts';

/** What the description of every recurrent layer holds. */
export interface Recurrence {
  readonly units: number;
  readonly returnSequence: boolean;
  readonly carryState: boolean;
  /** Absent where the gradient goes through all steps. */
  readonly truncate?: number;
  readonly inputInitializer: Initializer;
  readonly recurrentInitializer: Initializer;
}

export interface RecurrenceOptions {
  /** Size of the state. */
  readonly units: number;
  /** The states of all steps [N, T, units] (default), or that of the last alone [N, units]. */
  readonly returnSequence?: boolean;
  /**
   * Truncated backpropagation through time: the gradient does not pass from one stretch of so many steps to the one
   * before. Default: it passes through all steps of the batch.
   */
  readonly truncate?: number;
  /**
   * In training, example i of a batch goes on from the state at the end of example i of the batch before, so that a long
   * text is read piece by piece; no gradient passes between batches. With the sampler `continuous()`, evaluation reads on
   * too. Default false: every example starts from zeros.
   */
  readonly carryState?: boolean;
  /** Default `xavierUniform()` by the fan of one gate, as in Keras. */
  readonly inputInitializer?: Initializer;
  /** Default `orthogonal`, each gate by itself: repeated multiplication then neither stretches nor shrinks (Saxe et al.). */
  readonly recurrentInitializer?: Initializer;
}

/** What all recurrent layers have; the recurrent weights of `gates` gates stand side by side. */
export function recurrenceOptions(gates: number) {
  return {
    units: count,
    returnSequence: withDefault(flag, true),
    carryState: withDefault(flag, false),
    truncate: optional(count),
    inputInitializer: withDefault(initializerSpec, xavierUniform()),
    recurrentInitializer: withDefault(initializerSpec, orthogonal({ blocks: gates })),
  } satisfies OptionSpecs;
}

/** The shape of what a recurrent layer is given; refuses anything but float32 [N, T, features]. */
export function sequenceShape(scope: Scope, x: Tensor): readonly [number, number, number] {
  if (x.rank !== 3 || x.dtype !== 'float32' || x.shape.includes(0)) {
    scope.refuse(
      `its input is ${x.dtype}${showShape(x.shape)}`,
      'It takes float32 [batch, time, features], with one step or more; put embedding() before it for indices.',
    );
  }
  return x.shape as readonly [number, number, number];
}

/** x [N, T, features] as [T · N, features]: the examples of the first step, then those of the second. */
export function timeFirst(x: Tensor): Tensor {
  return reshape(transpose(x, [1, 0, 2]), [-1, x.shape[2]!]);
}

/** The rows of each step of [T · N, width], as T tensors [N, width]. */
export function stepsOf(rows: Tensor, steps: number): Tensor[] {
  const each = rows.shape[0]! / steps;
  return Array.from({ length: steps }, (_, t) => slice(rows, { starts: [t * each], ends: [(t + 1) * each] }));
}

/**
 * Runs `step` over `steps` steps from the states of these names, the first of which is the output. It is given the
 * states [N, units] and the number of the step.
 */
export function unroll(
  { units, truncate, carryState, returnSequence }: Recurrence,
  scope: Scope,
  { batch, steps, builder }: { readonly batch: number; readonly steps: number; readonly builder: Tensor['builder'] },
  names: readonly string[],
  step: (states: readonly Tensor[], t: number) => readonly Tensor[],
): Tensor {
  let states: readonly Tensor[] = names.map((name) =>
    carryState ? scope.state(name, [batch, units], 0, { perExample: true }) : fill(builder, [batch, units], 0),
  );
  const over: (readonly Tensor[])[] = [];
  for (let t = 0; t < steps; t++) {
    if (truncate !== undefined && t > 0 && t % truncate === 0) states = states.map(stopGradient);
    states = step(states, t);
    over.push(states);
  }
  for (const [i, name] of names.entries()) {
    scope.expose(
      name,
      over.map((all) => all[i]!),
    );
  }
  if (carryState) for (const [i, name] of names.entries()) scope.updateState(name, states[i]!);
  if (!returnSequence) return states[0]!;
  const outputs = over.map(([output]) => output!);
  return transpose(reshape(concat(outputs, 0), [steps, batch, units]), [1, 0, 2]);
}
