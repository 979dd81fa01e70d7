/** What a plan is made of: one node to emit, on which operands, and what it takes in beside. */

import type { Shape } from '../base/shape.ts';
import type { Node } from '../graph/graph.ts';

export interface Operand {
  readonly id: number;
  readonly shape: Shape;
}

/** A step lowers `node`'s operator on `operands`, and its value is that of the graph's node `id`. */
export interface Step {
  readonly id: number;
  readonly node: Node;
  readonly operands: readonly Operand[];
  readonly bias?: Operand;
  /** A number that scales the product before the bias is added (matmul). */
  readonly factor?: number;
  readonly withIndices?: boolean;
  readonly split?: Split;
  readonly normalization?: NormalizationOf<Operand>;
}

/** A slice as one part of a tensor that is cut up completely along `axis`. */
export interface Split {
  readonly axis: number;
  /** Lengths of all parts, in order. */
  readonly sizes: readonly number[];
  /** Which of them this slice is. */
  readonly index: number;
}

/** How a standardized tensor is made by a LayerNormalization. */
export interface NormalizationOf<Value> {
  readonly scale?: Value;
  readonly shift?: Value;
  /** Whether the node gives the inverse deviation besides. */
  readonly withInverse: boolean;
}
