/** Compiles an optimizer's programs to one WebAssembly module on the arena's memory, and runs it. */

import type { Arena } from './arena.ts';
import { emitFastSumOfSquares, emitSumOfSquares, fastBlock, isExact } from './emit-sum-of-squares.ts';
import { emitWasm, hasRelaxedSimd } from './emit-wasm.ts';
import type { Executor } from './executor.ts';
import type { OptimizerPrograms } from './program.ts';
import { encodeModule } from './wasm-module.ts';

interface Exports {
  update(begin: number, end: number): void;
  interim(begin: number, end: number): void;
  sumOfSquares(begin: number, end: number): number;
  fastSumOfSquares(begin: number, end: number): number;
  readonly runs: WebAssembly.Global;
}

export function wasmExecutor(
  { update, interim }: OptimizerPrograms,
  arena: Arena,
  options: { readonly fusedMultiplyAdd: boolean; readonly uniforms: Uint8Array<ArrayBuffer> },
): Executor {
  const fusedMultiplyAdd = options.fusedMultiplyAdd && hasRelaxedSimd();
  const { buffer, byteOffset } = options.uniforms;
  const interimUniforms = byteOffset + 4 * update.uniforms.length;
  const placement = { address: arena.address, fusedMultiplyAdd };
  const bytes = encodeModule([
    emitWasm('update', update, { ...placement, uniforms: byteOffset }),
    ...(interim ? [emitWasm('interim', interim, { ...placement, uniforms: interimUniforms })] : []),
    emitSumOfSquares(),
    emitFastSumOfSquares(),
  ]);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), { arena: { memory: arena.memory } });
  const exports = instance.exports as unknown as Exports;
  const regionBytes = 4 * arena.length;
  return {
    fusedMultiplyAdd,
    uniforms: {
      update: new Float32Array(buffer, byteOffset, update.uniforms.length),
      interim: new Float32Array(buffer, interimUniforms, interim?.uniforms.length ?? 0),
    },
    run: (which) => exports[which](0, regionBytes),
    sumOfSquares: (region, offset, size) => {
      const start = arena.address(region) + 4 * offset;
      const end = start + 4 * size;
      const middle = end - ((4 * size) % fastBlock);
      const fast = exports.fastSumOfSquares(start, middle);
      return isExact(fast, (middle - start) / 4)
        ? fast + exports.sumOfSquares(middle, end)
        : exports.sumOfSquares(start, end);
    },
    runs: () => exports.runs.value as number,
  };
}
