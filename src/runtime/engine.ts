/**
 * What the rest of Dolina knows of an engine: it compiles a graph of static shapes to a program, and a program runs on
 * host arrays that were bound to it once. An engine that can reads and writes those arrays in place (onnxruntime-node
 * does, on an Arena's memory); one with a heap of its own copies at the border.
 */

import type { HostArray } from '../base/dtype.ts';
import type { Shape } from '../base/shape.ts';
import type { ThreadPool } from '../base/thread-pool.ts';
import type { Graph, TensorSpec } from '../graph/graph.ts';
import type { ConvolutionOp } from '../onnx/convolution/formulation.ts';

/** `cpu` is onnxruntime-node, `wasm` is onnxruntime-web. */
export type EngineName = 'cpu' | 'wasm';

export interface CompileOptions {
  /**
   * Worker threads inside an operator; `'measured'` (the default) times the candidates once and keeps the fastest, `'most'`
   * takes the largest of them.
   */
  readonly threads?: number | 'measured' | 'most';
  /**
   * How the formulations of convolutions and their gradients are chosen: `'measured'` (the default) times the candidates
   * of each once and takes the fastest, `'default'` takes the first of each without measuring, and a map fixes them by
   * signature (what it does not name is the first). To repeat a run bit for bit, give the `threads` and `formulations`
   * that its program reports.
   */
  readonly formulations?: 'measured' | 'default' | ReadonlyMap<string, string>;
}

export const compileOptionNames = ['threads', 'formulations'] as const satisfies readonly (keyof CompileOptions)[];

/** Which candidate was fastest, by the key of what was measured. */
export type Measurements = Readonly<Record<string, string>>;

/** What opens an equal engine on another thread: plain data. */
export type EngineDescription =
  | { readonly name: 'cpu'; readonly measurements: Measurements }
  | {
      readonly name: 'wasm';
      readonly wasmPaths?: string;
      readonly threads: number;
      readonly measurements: Measurements;
    };

/** Compiles graphs and keeps the programs until it is released. */
export interface Engine {
  readonly name: EngineName;
  /** Package and version, as a run records it: `onnxruntime-node 1.30.0`. */
  readonly version: string;
  /** Threads beside the engine's, and memory that they share and the engine binds to; where there are none, `undefined`. */
  readonly pool: ThreadPool | undefined;
  /** How many programs it has compiled so far; a program that was found again does not count. */
  readonly compilations: number;
  /** Names of the formulations that it can serve for a convolution or a gradient of one, the default first. */
  formulationsOf(op: ConvolutionOp, shapes: readonly Shape[]): Promise<readonly string[]>;
  /** Compiles `graph`. Equal graphs with equal options give the same program: nothing is compiled twice. */
  compile(graph: Graph, options?: CompileOptions): Promise<Program>;
  /** What opens an equal engine elsewhere, with all that this one has measured; `undefined` where its cache has no `entries`. */
  describe(): EngineDescription | undefined;
  /** Takes in what an equal engine has measured. */
  learn(measurements: Measurements): void;
  /** Is called once, when this engine is released: for what lives as long as its programs. */
  whenReleased(listener: () => void): void;
  /** Releases every program that this engine holds. */
  release(): Promise<void>;
}

/** A compiled graph: what it takes and gives, and how it was chosen to run. */
export interface Program {
  readonly graph: Graph;
  readonly inputs: ReadonlyMap<string, TensorSpec>;
  readonly outputs: ReadonlyMap<string, TensorSpec>;
  /** Threads it runs on, chosen or measured. */
  readonly threads: number;
  /** Which formulation each convolution and gradient of one has, by its signature; a run records it. */
  readonly formulations: ReadonlyMap<string, string>;
  /** Width of the engine's own blocks of channels, which large matrices are transposed through where it has them. */
  readonly channelBlock: number | undefined;
  /** Ties the program to arrays, one for each input and output; sizes and types are checked here, once. */
  bind(arrays: ReadonlyMap<string, HostArray>): Binding;
}

/** A program tied to arrays. */
export interface Binding {
  /** Reads the bound inputs as they are now and writes the bound outputs. One run at a time. */
  run(): Promise<void>;
}
