/** What a row of the shape inference table is. */

import type { TensorSpec } from '../graph.ts';
import type { OpKind, OpOf } from '../op.ts';

/** Throws a ShapeError that names the operator and its operands. */
export type Refuse = (problem: string, mend?: string) => never;

export type InferRule<K extends OpKind> = (
  op: OpOf<K>,
  operands: readonly TensorSpec[],
  refuse: Refuse,
  /** Shape and dtype that a leaf declares for itself. */
  declared: TensorSpec,
) => TensorSpec;

export interface InferRow<K extends OpKind> {
  /** Number of operands; `'any'` is one or more. */
  readonly operands: number | 'any';
  readonly rule: InferRule<K>;
}

export type InferRows<K extends OpKind> = { readonly [Kind in K]: InferRow<Kind> };
