/** The gradient table: one row per operator. A row emits only operators that have rows themselves. */

import type { OpKind } from '../graph/op.ts';
import type { Tensor } from '../graph/tensor.ts';
import { elementwiseVjp } from './vjp/elementwise.ts';
import { formVjp } from './vjp/form.ts';
import { linearVjp } from './vjp/linear.ts';
import { normalizationVjp } from './vjp/normalization.ts';
import type { PullbackContext, VjpRow, VjpRows } from './vjp/row.ts';

const table = { ...elementwiseVjp, ...formVjp, ...linearVjp, ...normalizationVjp } satisfies VjpRows<OpKind>;

/** Why no gradient passes through the operator at all, or `undefined` where one does. */
export function constantReason(kind: OpKind): string | undefined {
  const row = rowOf(kind);
  return 'constant' in row ? row.constant : undefined;
}

/** How a gradient reaches operand `index`, or `undefined` where none does. */
export function pullback(kind: OpKind, index: number): ((context: PullbackContext<OpKind>) => Tensor) | undefined {
  const row = rowOf(kind);
  if ('constant' in row) return undefined;
  return typeof row === 'function' ? (context) => row(context, index) : row[index];
}

/** The row belongs to `kind`: TypeScript cannot follow that through the index. */
function rowOf(kind: OpKind): VjpRow<OpKind> {
  return table[kind] as unknown as VjpRow<OpKind>;
}
