/** Runs the emitted JavaScript over an arena of float32 or float64: the reference executors. */

import type { Arena, ArenaArray } from './arena.ts';
import { compileJs, emitJs } from './emit-js.ts';
import type { Executor, Programs } from './executor.ts';

export function jsExecutor(programs: Programs, arena: Arena<ArenaArray>): Executor {
  const regions = Object.fromEntries(arena.regions.map((name) => [name, arena.region(name)]));
  const precision = regions.theta instanceof Float32Array ? 'float32' : 'float64';
  const Scalars = precision === 'float32' ? Float32Array : Float64Array;
  const compiled = new Map(
    Object.entries(programs).map(([name, program]) => [
      name,
      {
        kernel: compileJs(emitJs(program, precision)),
        uniforms: new Scalars(program.uniforms.length),
        sums: new Float64Array(program.norms.length),
      },
    ]),
  );
  let runs = 0;
  return {
    fusedMultiplyAdd: false,
    uniforms: (name) => compiled.get(name)!.uniforms,
    run: (name, begin, end) => {
      const { kernel, uniforms } = compiled.get(name)!;
      kernel(regions, uniforms, begin, end);
      runs++;
    },
    sums: (name, begin, end) => {
      const { kernel, uniforms, sums } = compiled.get(name)!;
      kernel(regions, uniforms, begin, end, sums);
      return sums;
    },
    sumOfSquares: (region, offset, size) => {
      const values = regions[region] ?? arena.region(region);
      let sum = 0;
      for (let i = offset; i < offset + size; i++) sum += values[i]! * values[i]!;
      return sum;
    },
    runs: () => runs,
  };
}
