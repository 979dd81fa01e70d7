/** How the weights of a parameter fall to its units: which elements a unit weighs its inputs with. */

import { ShapeError } from '../../base/errors.ts';
import { type Shape, showShape, size } from '../../base/shape.ts';

/** A weight seen as a matrix: unit `u` weighs input `i` with the element at `u · unitStride + i · inputStride`. */
export interface WeightMatrix {
  readonly units: number;
  /** Inputs of one unit. */
  readonly inputs: number;
  readonly unitStride: number;
  readonly inputStride: number;
}

/** Refuses parameters of fewer than two axes, such as biases; `initializer` names who asks. */
export function checkWeight(initializer: string, shape: Shape): void {
  if (shape.length >= 2) return;
  throw new ShapeError('shape/initializer', `${initializer} fills weights, and the parameter is ${showShape(shape)}`, {
    place: initializer,
    mend: 'Give a bias another initializer: zeros(), constant(0.1).',
  });
}

/**
 * The matrix of a weight: of [inputs, units], as dense layers have it, or of filters [channels, …], each flattened to the
 * inputs of its channel.
 */
export function weightMatrix(initializer: string, shape: Shape): WeightMatrix {
  checkWeight(initializer, shape);
  const [first, ...rest] = shape as [number, ...number[]];
  const others = size(rest);
  return shape.length === 2
    ? { units: others, inputs: first, unitStride: 1, inputStride: others }
    : { units: first, inputs: others, unitStride: others, inputStride: 1 };
}
