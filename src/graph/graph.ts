/** A graph is a value: frozen plain data, nodes in topological order, ids equal to positions. It holds no tensor bytes. */

import type { Dtype } from '../base/dtype.ts';
import type { Shape } from '../base/shape.ts';
import type { Op } from './op.ts';

/** One operator on the results of earlier nodes. */
export interface Node {
  readonly id: number;
  readonly op: Op;
  /** Ids of the operands, each smaller than `id`. */
  readonly inputs: readonly number[];
  readonly shape: Shape;
  readonly dtype: Dtype;
  /** The layer that made it (`conv1`), where one did. */
  readonly scope?: string;
}

/** A named input or output: the node that it is. */
export interface Port {
  readonly name: string;
  readonly id: number;
}

/** A finished graph. */
export interface Graph {
  readonly nodes: readonly Node[];
  /** In the order of the traced function's arguments; a name is unique. */
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** What is known of a tensor before it has bytes. */
export interface TensorSpec {
  readonly shape: Shape;
  readonly dtype: Dtype;
}
