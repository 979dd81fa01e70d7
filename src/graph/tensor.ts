/**
 * A symbolic tensor: a handle on one node of a graph under construction. The functions of `graph/` take and give these;
 * nothing is computed. A tensor knows its builder, so tracing needs no global state.
 */

import type { Dtype } from '../base/dtype.ts';
import type { Shape } from '../base/shape.ts';
import type { Node, TensorSpec } from './graph.ts';
import type { Op } from './op.ts';

/** The graph under construction that a tensor belongs to, as the functions of tensors see it. `GraphBuilder` is one. */
export interface Builder {
  /** The path of the layer that is speaking, `''` outside of all. */
  readonly scope: string;
  /** A named input of the graph. */
  input(name: string, spec: TensorSpec): Tensor;
  /** A leaf whose shape and dtype are given. */
  leaf(op: Op & { kind: 'fill' | 'literal' | 'iota' }, spec: TensorSpec): Tensor;
  /** An operator on tensors of this builder; throws a ShapeError that names it where they do not fit. */
  apply(op: Op, operands: readonly Tensor[]): Tensor;
  /** Runs `body` with `name` added to the scope path of the nodes it makes. */
  within<T>(name: string, body: () => T): T;
  /** Runs `body` with `path` as the whole scope path of the nodes it makes, wherever it is called. */
  at<T>(path: string, body: () => T): T;
  /**
   * The same values as a node of its own, which no rewrite looks through: a gradient with respect to it counts exactly
   * the uses of the alias. `simplify` removes it.
   */
  alias(tensor: Tensor): Tensor;
  isAlias(id: number): boolean;
  /** Operand `index` of a node, for a rewrite that builds on it in the node's place. */
  lookThrough(id: number, index?: number): Tensor;
  /** Whether something that was built on this node depends on its operands instead. */
  isBypassed(id: number): boolean;
  node(id: number): Node;
  /** The tensor of a node that exists. */
  tensor(id: number): Tensor;
}

/** A handle on one node of a graph under construction: its shape and dtype are known, its values are not. */
export class Tensor {
  readonly builder: Builder;
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: Dtype;

  constructor(builder: Builder, id: number, shape: Shape, dtype: Dtype) {
    this.builder = builder;
    this.id = id;
    this.shape = shape;
    this.dtype = dtype;
    Object.freeze(this);
  }

  get rank(): number {
    return this.shape.length;
  }
}
