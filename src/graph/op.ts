/**
 * The union of operators: everything a traced model, its loss and their derivatives of any order are made of.
 *
 * The set is closed under differentiation: what a gradient rule emits is itself in the union and has a gradient rule.
 * Every pass is one table over `OpKind` (`satisfies Record<OpKind, …>`): `infer`, `vjp`, `lower`, `reference`. A new
 * operator is a new member here, and then a list of compile errors until each table has its row.
 */

import type { Dtype } from '../base/dtype.ts';
import type { Shape } from '../base/shape.ts';

/** Sliding-window geometry of two spatial axes, [height, width]. */
export interface Window2d {
  readonly stride: readonly [number, number];
  /** Zeros (for max pooling: minus infinity) around the image: [top, left, bottom, right]. */
  readonly padding: readonly [number, number, number, number];
  readonly dilation: readonly [number, number];
}

export interface ConvAttributes extends Window2d {
  /** Channels are split into so many independent groups; `channels` groups make it depthwise. */
  readonly groups: number;
}

export interface PoolAttributes extends Window2d {
  readonly kernel: readonly [number, number];
}

/** An operator with its attributes. */
export type Op =
  // Leaves; shape and dtype stand on the node.
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'fill'; readonly value: number }
  | { readonly kind: 'literal'; readonly values: readonly number[] }
  | { readonly kind: 'iota'; readonly axis: number }
  // Element by element.
  | { readonly kind: UnaryKind }
  | { readonly kind: 'cast'; readonly dtype: Dtype }
  /** Equal shapes only: broadcasting is explicit (`broadcastTo`), inserted by the tensor functions. */
  | { readonly kind: BinaryKind }
  /** (condition: bool, a, b) → a where the condition holds, else b. Equal shapes. */
  | { readonly kind: 'where' }
  // Form.
  | { readonly kind: 'reshape'; readonly shape: Shape }
  | { readonly kind: 'transpose'; readonly permutation: readonly number[] }
  | { readonly kind: 'broadcastTo'; readonly shape: Shape }
  /** Elements start, start + step, … below `ends`, on every axis; 0 ≤ start ≤ end ≤ dimension, step ≥ 1. */
  | {
      readonly kind: 'slice';
      readonly starts: readonly number[];
      readonly ends: readonly number[];
      readonly steps: readonly number[];
    }
  /** `interior` copies of `value` between neighbours, `low` before and `high` after; all ≥ 0. The inverse of slice. */
  | {
      readonly kind: 'pad';
      readonly low: readonly number[];
      readonly high: readonly number[];
      readonly interior: readonly number[];
      readonly value: number;
    }
  | { readonly kind: 'concat'; readonly axis: number }
  // Reductions; axes sorted, non-negative.
  | { readonly kind: 'sum' | 'reduceMax'; readonly axes: readonly number[]; readonly keepDims: boolean }
  /** Index (int32) of the first maximum; the axis is dropped. */
  | { readonly kind: 'argMax'; readonly axis: number }
  // Linear algebra. Equal leading (batch) dimensions; matrices are the last two axes.
  | { readonly kind: 'matmul'; readonly transposeA: boolean; readonly transposeB: boolean }
  /** (x [N, C, H, W], w [O, C / groups, KH, KW]) → [N, O, H', W'] (cross-correlation, as everywhere in the field). */
  | ({ readonly kind: 'conv' } & ConvAttributes)
  /** (w, dy) → dx of `inputShape`: conv's adjoint in x. Also called transposed convolution. */
  | ({ readonly kind: 'convInputGradient'; readonly inputShape: Shape } & ConvAttributes)
  /** (x, dy) → dw of `filterShape`: conv's adjoint in w. */
  | ({ readonly kind: 'convFilterGradient'; readonly filterShape: Shape } & ConvAttributes)
  /** x [N, C, H, W] → the maximum of each window. Ties: the first in row-major order. */
  | ({ readonly kind: 'maxPool' } & PoolAttributes)
  /** (x, g [pooled shape]) → x's shape: each window's g added at the place of its maximum in x. */
  | ({ readonly kind: 'maxPoolScatter' } & PoolAttributes)
  /** (x, t [x's shape]) → pooled shape: t at the place of each window's maximum in x. The adjoint of scatter in g. */
  | ({ readonly kind: 'maxPoolSelect' } & PoolAttributes)
  /** The mean of each window; `countPadding` says whether padding counts in the divisor. Dilation is 1. */
  | ({ readonly kind: 'averagePool'; readonly countPadding: boolean } & PoolAttributes)
  | ({
      readonly kind: 'averagePoolGradient';
      readonly countPadding: boolean;
      readonly inputShape: Shape;
    } & PoolAttributes)
  // Indexing, with int32 indices that must be in range.
  /** (x, indices) → x with `axis` replaced by the indices' shape. */
  | { readonly kind: 'gather'; readonly axis: number }
  /** (indices, updates) → zeros with `size` on `axis`, updates added at the indices. The adjoint of gather. */
  | { readonly kind: 'scatterAdd'; readonly axis: number; readonly size: number }
  /** (x, indices of x's rank) → x picked along `axis` (ONNX GatherElements). Other axes have equal dimensions. */
  | { readonly kind: 'takeAlong'; readonly axis: number }
  /** (indices, updates of the same shape) → zeros with `size` on `axis`, updates added. The adjoint of takeAlong. */
  | { readonly kind: 'putAlong'; readonly axis: number; readonly size: number }
  | { readonly kind: 'softmax' | 'logSoftmax'; readonly axis: number }
  // Over all axes from `axis` on, with their mean μ and (biased) variance σ².
  /** (x − μ)/√(σ² + ε). */
  | { readonly kind: 'standardize'; readonly axis: number; readonly epsilon: number }
  /** 1/√(σ² + ε); the axes stay, with one element each. */
  | { readonly kind: 'inverseDeviation'; readonly axis: number; readonly epsilon: number };

export type UnaryKind =
  | 'neg'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'reciprocal'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'sigmoid'
  | 'softplus'
  | 'erf'
  | 'relu'
  | 'not'
  /** The identity, through which no gradient passes. */
  | 'stopGradient';

/** `max` and `min` give half the gradient to each side of a tie. Comparisons give bool. */
export type BinaryKind =
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'pow'
  | 'max'
  | 'min'
  | 'equal'
  | 'less'
  | 'lessOrEqual'
  | 'and'
  | 'or';

/** The name of an operator. */
export type OpKind = Op['kind'];

/** The member of the union of one kind, its `kind` narrowed to it. */
export type OpOf<K extends OpKind> = MemberOf<Op, K>;

type MemberOf<M, K extends OpKind> = M extends { readonly kind: infer Kinds }
  ? K extends Kinds
    ? M & { readonly kind: K }
    : never
  : never;
