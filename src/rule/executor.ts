/** What runs an optimizer's programs over an arena. */

export const executorNames = ['wasm', 'js', 'float64'] as const;
/** `'wasm'`: the fused SIMD kernel. `'js'` and `'float64'`: the references, in float32 and float64. */
export type ExecutorName = (typeof executorNames)[number];

export interface Executor {
  readonly fusedMultiplyAdd: boolean;
  /** Uniform scalars that the next run reads. */
  readonly uniforms: { readonly [which in 'update' | 'interim']: Float32Array | Float64Array };
  /** Runs a program over the whole arena. */
  run(which: 'update' | 'interim'): void;
  /** Σx² of `size` elements of a region, from element `offset`. */
  sumOfSquares(region: string, offset: number, size: number): number;
  runs(): number;
}
