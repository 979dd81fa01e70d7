/** What a lowering row sees: one node of the graph, with the names of its operands in the model under construction. */

import type { Dtype } from '../base/dtype.ts';
import type { Shape } from '../base/shape.ts';
import type { OpKind, OpOf } from '../graph/op.ts';
import type { Emitter } from './emitter.ts';
import type { NormalizationOf, Split } from './step.ts';

export interface Site<K extends OpKind = OpKind> {
  readonly op: OpOf<K>;
  readonly operands: readonly string[];
  /** Shapes of the operands as they are in the model: an operand that ONNX broadcasts by itself is not expanded. */
  readonly shapes: readonly Shape[];
  readonly dtypes: readonly Dtype[];
  /** Of the result. */
  readonly shape: Shape;
  readonly dtype: Dtype;
  /** A bias to add to the result (conv: one number per channel; matmul: broadcast to the result), where one is fused. */
  readonly bias?: string;
  /** matmul: a number that scales the product, where one is fused. */
  readonly factor?: number;
  /** maxPool: another node needs the places of the maxima, so both are computed at once. */
  readonly withIndices?: boolean;
  /** slice: its operand is cut up completely, and this is one of the parts. */
  readonly split?: Split;
  /** standardize, inverseDeviation: the LayerNormalization that makes it. */
  readonly normalization?: NormalizationOf<string>;
  /** The formulation chosen for this convolution. */
  readonly formulation?: string;
  /** Of the engine. */
  readonly threads: number;
  /** The width of its blocks of channels, where it has them. */
  readonly channelBlock?: number;
}

/** Emits the nodes for one operator; gives the name of the result. */
export type Row<K extends OpKind> = (e: Emitter, site: Site<K>) => string;

export type Rows<K extends OpKind> = { readonly [Kind in K]: Row<Kind> };
