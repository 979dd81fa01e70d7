/** Builds one node, after the exact local rewrites: what the tensor functions and the gradient rules are made with. */

import { infer } from './infer.ts';
import type { Op, OpKind } from './op.ts';
import { arithmeticRewrites } from './rewrite/arithmetic.ts';
import { fillRewrites } from './rewrite/fill.ts';
import { formRewrites } from './rewrite/form.ts';
import type { Rewrite } from './rewrite/rewrite.ts';
import type { Tensor } from './tensor.ts';

/** Every rule, in the order in which they are tried. */
export const rewrites: readonly Rewrite[] = Object.freeze([...fillRewrites, ...arithmeticRewrites, ...formRewrites]);

const byKind: ReadonlyMap<OpKind, readonly Rewrite[]> = groupByKind();

function groupByKind(): ReadonlyMap<OpKind, readonly Rewrite[]> {
  const groups = new Map<OpKind, Rewrite[]>();
  for (const rule of rewrites) {
    for (const kind of rule.kinds) groups.set(kind, [...(groups.get(kind) ?? []), rule]);
  }
  return groups;
}

/**
 * `op` applied to tensors of one builder, or something equal and cheaper (`rewrites` lists what).
 *
 * @throws ShapeError where the operands do not fit; GraphError where they belong to different traces.
 */
export function emit(op: Op, operands: readonly Tensor[]): Tensor {
  const builder = operands[0]!.builder;
  const rules = byKind.get(op.kind);
  if (rules !== undefined && operands.every((operand) => operand.builder === builder)) {
    infer(op, operands, { scope: builder.scope });
    for (const { rule } of rules) {
      const replacement = rule({ op, operands, emit });
      if (replacement !== undefined) return replacement;
    }
  }
  return builder.apply(op, operands);
}
