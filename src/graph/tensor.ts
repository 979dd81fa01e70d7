/**
 * A symbolic tensor: a handle on one node of a graph under construction. The functions of `graph/` take and give these;
 * nothing is computed. A tensor knows its builder, so tracing needs no global state.
 */

import type { Dtype } from '../base/dtype.ts';
import type { Shape } from '../base/shape.ts';
import type { GraphBuilder } from './builder.ts';

export class Tensor {
  readonly builder: GraphBuilder;
  readonly id: number;
  readonly shape: Shape;
  readonly dtype: Dtype;

  constructor(builder: GraphBuilder, id: number, shape: Shape, dtype: Dtype) {
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
