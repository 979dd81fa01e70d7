/** What runs programs over an arena. */

import type { FusedProgram } from './fuse.ts';

export const executorNames = ['wasm', 'js', 'float64'] as const;
/** `'wasm'`: the fused SIMD kernel. `'js'` and `'float64'`: the references, in float32 and float64. */
export type ExecutorName = (typeof executorNames)[number];

/** Programs by the name that they are run by. */
export type Programs = Readonly<Record<string, FusedProgram>>;

export interface Executor {
  readonly fusedMultiplyAdd: boolean;
  /** Uniform scalars that the next run of a program reads. */
  uniforms(program: string): Float32Array | Float64Array;
  /** Runs a program over elements `begin` to `end` of every region; both at the start of a parameter, or the end of all. */
  run(program: string, begin: number, end: number): void;
  /** Runs a program of norms over exactly these elements; gives Σx² of each. Read it before the next run. */
  sums(program: string, begin: number, end: number): Float64Array;
  /** Σx² of `size` elements of a region, from element `offset`. */
  sumOfSquares(region: string, offset: number, size: number): number;
  /** How often programs that write have run. */
  runs(): number;
}
