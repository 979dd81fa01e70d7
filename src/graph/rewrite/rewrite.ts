/** What a rewrite rule is: an exact, local change of one operator application, made while the node is being built. */

import type { Op, OpKind, OpOf } from '../op.ts';
import type { Tensor } from '../tensor.ts';

export type Emit = (op: Op, operands: readonly Tensor[]) => Tensor;

export interface Match<K extends OpKind> {
  readonly op: OpOf<K>;
  /** They fit the operator: inference has passed. */
  readonly operands: readonly Tensor[];
  /** Builds a node, itself subject to the rules. */
  readonly emit: Emit;
}

export interface Rewrite<K extends OpKind = OpKind> {
  /** As `a → b`. */
  readonly name: string;
  readonly kinds: readonly K[];
  /** Why it is exact, or why it is worth having. */
  readonly reason: string;
  /** The replacement, or `undefined` where the rule does not apply. */
  readonly rule: (match: Match<K>) => Tensor | undefined;
}

/** Keeps the operator's type inside the rule and forgets it in the list. */
export function rewrite<K extends OpKind>(rule: Rewrite<K>): Rewrite {
  return rule as unknown as Rewrite;
}

/** The operator of a tensor if it is of this kind. */
export function opOf<K extends OpKind>(tensor: Tensor, kind: K): OpOf<K> | undefined {
  if (tensor.builder.isAlias(tensor.id)) return undefined;
  const { op } = tensor.builder.node(tensor.id);
  return op.kind === kind ? (op as OpOf<K>) : undefined;
}

/** An operand of the tensor's node, to build on in the tensor's place. */
export function operandOf(tensor: Tensor, index = 0): Tensor {
  return tensor.builder.lookThrough(tensor.id, index);
}

/** The value of a fill, `undefined` for anything else. */
export function fillValue(tensor: Tensor): number | undefined {
  return opOf(tensor, 'fill')?.value;
}
