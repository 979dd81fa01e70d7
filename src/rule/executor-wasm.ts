/** Compiles programs to one WebAssembly module on the arena's memory, and runs it. */

import type { Arena } from './arena.ts';
import { emitNorms } from './emit-norms.ts';
import { emitFastSumOfSquares, emitSumOfSquares, fastBlock, isExact } from './emit-sum-of-squares.ts';
import { emitWasm, hasRelaxedSimd } from './emit-wasm.ts';
import type { Executor, Programs } from './executor.ts';
import { instantiateKernels, type KernelOptions } from './kernels.ts';

/** Bytes that the programs' uniform scalars and sums take. */
export function scalarBytes(programs: Programs): number {
  return Object.values(programs).reduce((sum, program) => sum + scalarBytesOf(program), 0);
}

/** Sums are float64 and come first; both parts end on a multiple of 8. */
function scalarBytesOf({ norms, uniforms }: Programs[string]): number {
  return 8 * norms.length + 8 * Math.ceil(uniforms.length / 2);
}

/** How often a program reads or writes a region in one pass. */
function streamsOf({ code, stores }: Programs[string]): number {
  return code.filter(({ kind }) => kind === 'load').length + stores.length;
}

export interface WasmExecutorOptions extends KernelOptions {
  readonly fusedMultiplyAdd: boolean;
  readonly scalars: Uint8Array<ArrayBuffer>;
}

export function wasmExecutor(programs: Programs, arena: Arena, options: WasmExecutorOptions): Executor {
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
  const programKernels = Object.entries(programs).map(([name, program]) => {
    const placement = { address: arena.address, fusedMultiplyAdd, ...places.get(name)! };
    return program.norms.length > 0 ? emitNorms(name, program, placement) : emitWasm(name, program, placement);
  });
  const streams = new Map(Object.entries(programs).map(([name, program]) => [name, streamsOf(program)]));
  const functions = [...programKernels, emitSumOfSquares(), emitFastSumOfSquares()];
  const kernels = instantiateKernels(functions, arena, options);
  const { exports } = kernels;
  return {
    fusedMultiplyAdd,
    uniforms: (name) => places.get(name)!.uniformView,
    run: (name, begin, end) => kernels.pass(name, 4 * begin, 4 * end, streams.get(name)!),
    sums: (name, begin, end) => {
      exports[name]!(4 * begin, 4 * end);
      return places.get(name)!.sumView;
    },
    sumOfSquares: (region, offset, size) => {
      const start = arena.address(region) + 4 * offset;
      const end = start + 4 * size;
      const middle = end - ((4 * size) % fastBlock);
      const fast = kernels.total('fastSumOfSquares', start, middle);
      return isExact(fast, (middle - start) / 4)
        ? fast + exports.sumOfSquares!(middle, end)
        : exports.sumOfSquares!(start, end);
    },
    runs: () => exports.runs.value as number,
  };
}
