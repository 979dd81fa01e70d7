/** What a row of the gradient table is: how a gradient of the result pulls back to one of each operand. */

import type { OpKind, OpOf } from '../../graph/op.ts';
import type { Tensor } from '../../graph/tensor.ts';

export interface PullbackContext<K extends OpKind> {
  readonly op: OpOf<K>;
  readonly operands: readonly Tensor[];
  /** The operator's result y. */
  readonly y: Tensor;
  /** The gradient of the output with respect to y, of y's shape. */
  readonly g: Tensor;
}

/** The vector-Jacobian product: gᵀ ∂y/∂operand, of the operand's shape. */
export type Pullback<K extends OpKind> = (context: PullbackContext<K>) => Tensor;

/** No gradient passes, for this reason. */
export interface Constant {
  readonly constant: string;
}

/** One pullback for each operand, `undefined` for one that takes no gradient; or a function, for any number of them. */
export type VjpRow<K extends OpKind> =
  | readonly (Pullback<K> | undefined)[]
  | ((context: PullbackContext<K>, index: number) => Tensor)
  | Constant;

export type VjpRows<K extends OpKind> = { readonly [Kind in K]: VjpRow<Kind> };

export function constant(reason: string): Constant {
  return { constant: reason };
}
