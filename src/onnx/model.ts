/**
 * An ONNX model as plain data: what lowering makes, the batch pass changes, `print` shows and `encode` writes. Only the
 * part of ONNX that Dolina emits.
 */

import type { Dtype } from '../base/dtype.ts';

export type OnnxDtype = Dtype | 'int64';

/** A dimension: a number, or the name of one that the caller chooses at run time. */
export type OnnxDimension = number | string;

/** A bare number is an integer; a float says so. */
export type OnnxAttribute = number | string | readonly number[] | { readonly float: number };

/** ONNX Runtime's own operators on blocks of channels; only a graph for its CPU engine may hold them. */
export const blockedDomain = 'com.microsoft.nchwc';

export interface OnnxNode {
  readonly name: string;
  readonly type: string;
  /** Operator set; the standard one where absent. */
  readonly domain?: typeof blockedDomain;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, OnnxAttribute>>;
}

export interface OnnxConstant {
  readonly name: string;
  readonly dtype: OnnxDtype;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array | BigInt64Array;
}

export interface OnnxPort {
  readonly name: string;
  readonly dtype: OnnxDtype;
  readonly shape: readonly OnnxDimension[];
}

/** A model: its ports, its constants and its operators. */
export interface OnnxModel {
  readonly inputs: readonly OnnxPort[];
  readonly outputs: readonly OnnxPort[];
  readonly constants: readonly OnnxConstant[];
  /** In an order in which each node comes after its operands. */
  readonly nodes: readonly OnnxNode[];
}
