/** Shape inference: one row per operator, from the operands' shapes and dtypes to the result's. */

import { showShape } from '../base/shape.ts';
import type { TensorSpec } from './graph.ts';
import { convolutionRows } from './infer/convolution.ts';
import { elementwiseRows } from './infer/elementwise.ts';
import { formRows } from './infer/form.ts';
import { indexingRows } from './infer/indexing.ts';
import { leafRows } from './infer/leaf.ts';
import { normalizationRows } from './infer/normalization.ts';
import { reductionRows } from './infer/reduction.ts';
import type { InferRow, InferRows, Refuse } from './infer/row.ts';
import type { Op, OpKind } from './op.ts';
import { shapeError } from './shape-error.ts';

const table = {
  ...leafRows,
  ...elementwiseRows,
  ...formRows,
  ...reductionRows,
  ...convolutionRows,
  ...indexingRows,
  ...normalizationRows,
} satisfies InferRows<OpKind>;

/** Every operator kind, in the order of the union. */
export const opKinds = Object.freeze(Object.keys(table)) as readonly OpKind[];

export interface InferContext {
  /** Shape and dtype that a leaf (`input`, `fill`, `literal`, `iota`) declares; other operators have none. */
  readonly declared?: TensorSpec;
  /** Path of the layer that is speaking, for the error message. */
  readonly scope?: string;
}

/**
 * Shape and dtype of `op` applied to `operands`.
 *
 * @throws ShapeError that names the operator, the operands' shapes and dtypes, the layer and the user's call.
 */
export function infer(op: Op, operands: readonly TensorSpec[], context: InferContext = {}): TensorSpec {
  const refuse: Refuse = (problem, mend) => {
    throw shapeError({
      name: op.kind,
      problem,
      operands,
      scope: context.scope ?? '',
      ...(mend === undefined ? {} : { mend }),
    });
  };
  // The row belongs to op.kind: TypeScript cannot follow that through the index.
  const row = table[op.kind] as unknown as InferRow<OpKind>;
  const fits = row.operands === 'any' ? operands.length > 0 : operands.length === row.operands;
  if (!fits) refuse(`takes ${row.operands === 'any' ? 'at least 1' : row.operands} operands, not ${operands.length}`);
  const declared = context.declared ?? { shape: [], dtype: 'float32' };
  const spec = row.rule(op as never, operands, refuse, declared);
  if (spec.shape.some((dimension) => !Number.isSafeInteger(dimension) || dimension < 0)) {
    refuse(`${showShape(spec.shape)} is not a shape`, 'Dimensions are integers from 0 up.');
  }
  return spec;
}
