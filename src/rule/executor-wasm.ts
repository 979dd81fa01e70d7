/** Compiles programs to one WebAssembly module on the arena's memory, and runs it. */

import type { Arena } from './arena.ts';
import { combinationOf } from './combination.ts';
import { emitNorms } from './emit-norms.ts';
import { emitFastSumOfSquares, emitSumOfSquares, fastBlock, isExact } from './emit-sum-of-squares.ts';
import { emitWasm, hasRelaxedSimd } from './emit-wasm.ts';
import type { Executor, Programs } from './executor.ts';
import { encodeModule } from './wasm-module.ts';

/** What is exported: the kernels under the programs' names, two sums of squares, and how often kernels ran. */
type Exports = Readonly<Record<string, (begin: number, end: number) => number>> & {
  readonly runs: WebAssembly.Global;
};

/** Bytes that the programs' uniform scalars and sums take. */
export function scalarBytes(programs: Programs): number {
  return Object.values(programs).reduce((sum, program) => sum + scalarBytesOf(program), 0);
}

/** Sums are float64 and come first; both parts end on a multiple of 8. */
function scalarBytesOf({ norms, uniforms }: Programs[string]): number {
  return 8 * norms.length + 8 * Math.ceil(uniforms.length / 2);
}

export function wasmExecutor(
  programs: Programs,
  arena: Arena,
  options: { readonly fusedMultiplyAdd: boolean; readonly scalars: Uint8Array<ArrayBuffer> },
): Executor {
  const fusedMultiplyAdd = options.fusedMultiplyAdd && hasRelaxedSimd();
  const { buffer, byteOffset } = options.scalars;
  let next = byteOffset;
  const places = new Map(
    Object.entries(programs).map(([name, program]) => {
      const results = next;
      const uniforms = results + 8 * program.norms.length;
      next += scalarBytesOf(program);
      return [
        name,
        {
          results,
          uniforms,
          uniformView: new Float32Array(buffer, uniforms, program.uniforms.length),
          sumView: new Float64Array(buffer, results, program.norms.length),
        },
      ];
    }),
  );
  const kernels = Object.entries(programs).map(([name, program]) => {
    // A sum of two multiples waits for memory: to round its products costs nothing, and engines make the same bits then.
    const contracts = fusedMultiplyAdd && combinationOf(program) === undefined;
    const placement = { address: arena.address, fusedMultiplyAdd: contracts, ...places.get(name)! };
    return program.norms.length > 0 ? emitNorms(name, program, placement) : emitWasm(name, program, placement);
  });
  const bytes = encodeModule([...kernels, emitSumOfSquares(), emitFastSumOfSquares()]);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { arena: { memory: arena.memory } });
  const exports = instance.exports as unknown as Exports;
  return {
    fusedMultiplyAdd,
    uniforms: (name) => places.get(name)!.uniformView,
    run: (name, begin, end) => {
      exports[name]!(4 * begin, 4 * end);
    },
    sums: (name, begin, end) => {
      exports[name]!(4 * begin, 4 * end);
      return places.get(name)!.sumView;
    },
    sumOfSquares: (region, offset, size) => {
      const start = arena.address(region) + 4 * offset;
      const end = start + 4 * size;
      const middle = end - ((4 * size) % fastBlock);
      const fast = exports.fastSumOfSquares!(start, middle);
      return isExact(fast, (middle - start) / 4)
        ? fast + exports.sumOfSquares!(middle, end)
        : exports.sumOfSquares!(start, end);
    },
    runs: () => exports.runs.value as number,
  };
}
