/** An ONNX file as plain data, whoever wrote it: more dtypes, kinds of values and attributes than Dolina emits itself. */

import type { OnnxDimension } from './model.ts';

/** The dtypes of ONNX whose elements have a whole number of bytes. */
export type FileDtype =
  | ('float32' | 'float64' | 'float16' | 'bfloat16' | 'bool')
  | ('int8' | 'int16' | 'int32' | 'int64' | 'uint8' | 'uint16' | 'uint32' | 'uint64');

/** Half floats as their bits, booleans as bytes. */
export type FileArray =
  | (Float32Array | Float64Array | Int8Array | Int16Array | Int32Array | BigInt64Array)
  | (Uint8Array | Uint16Array | Uint32Array | BigUint64Array);

export interface FileTensor {
  readonly name: string;
  readonly dtype: FileDtype;
  readonly shape: readonly number[];
  readonly data: FileArray;
}

/** A tensor whose bytes lie in another file. */
export interface ExternalTensor {
  readonly name: string;
  readonly dtype: FileDtype;
  readonly shape: readonly number[];
  /** Path of that file, beside this one. */
  readonly file: string;
}

/** An input or output. What is no tensor (a sequence, a map) has neither dtype nor shape, and a tensor may lack its shape. */
export interface FilePort {
  readonly name: string;
  readonly dtype?: FileDtype;
  readonly shape?: readonly OnnxDimension[];
}

/** A bare number is an integer; integers that a number does not hold are bigints. */
export type FileAttribute =
  | (number | bigint | string | readonly (number | bigint)[])
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: FileTensor }
  | { readonly graph: FileGraph }
  /** Of a kind that is not read: types, sparse tensors, lists of tensors or graphs. */
  | { readonly unread: string };

export interface FileNode {
  readonly name: string;
  readonly type: string;
  /** Operator set; the standard one where absent. */
  readonly domain?: string;
  /** Names of values; empty where an optional one is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, FileAttribute>>;
}

/** A graph, in an order in which each node comes after its operands. */
export interface FileGraph {
  readonly name: string;
  readonly inputs: readonly FilePort[];
  readonly outputs: readonly FilePort[];
  readonly constants: readonly FileTensor[];
  readonly external: readonly ExternalTensor[];
  readonly nodes: readonly FileNode[];
}

/** What an `.onnx` file holds. */
export interface ModelFile extends FileGraph {
  readonly irVersion: number;
  /** Version of each operator set by its domain; the standard one is `''`. */
  readonly opsets: Readonly<Record<string, number>>;
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
}
