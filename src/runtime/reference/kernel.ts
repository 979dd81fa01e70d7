/** What a row of the reference is: a plain loop in float64. Integers and booleans are numbers too. */

import type { Shape } from '../../base/shape.ts';
import type { TensorSpec } from '../../graph/graph.ts';
import type { OpKind, OpOf } from '../../graph/op.ts';

export interface Value extends TensorSpec {
  readonly data: Float64Array;
}

/** Fills `y`, which comes zeroed and has the inferred shape. */
export type Kernel<K extends OpKind> = (op: OpOf<K>, operands: readonly Value[], y: Value) => void;

export type Kernels<K extends OpKind> = { readonly [Kind in K]: Kernel<Kind> };

/** Calls `visit` for every coordinate of a shape in row-major order; `at` is reused from call to call. */
export function forEachIndex(shape: Shape, visit: (at: readonly number[], flat: number) => void): void {
  const total = shape.reduce((product, d) => product * d, 1);
  const at = shape.map(() => 0);
  for (let flat = 0; flat < total; flat++) {
    visit(at, flat);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis]!++;
      if (at[axis]! < shape[axis]!) break;
      at[axis] = 0;
    }
  }
}

/** Row-major position of a coordinate. */
export function flatIndex(shape: Shape, at: readonly number[]): number {
  let flat = 0;
  for (let axis = 0; axis < shape.length; axis++) flat = flat * shape[axis]! + at[axis]!;
  return flat;
}
