/** Runs the emitted JavaScript over an arena of float32 or float64: the reference executors. */

import type { Arena, ArenaArray } from './arena.ts';
import { compileJs, emitJs } from './emit-js.ts';
import type { Executor } from './executor.ts';
import type { OptimizerPrograms } from './program.ts';

export function jsExecutor({ update, interim }: OptimizerPrograms, arena: Arena<ArenaArray>): Executor {
  const regions = Object.fromEntries(arena.regions.map((name) => [name, arena.region(name)]));
  const precision = regions.theta instanceof Float32Array ? 'float32' : 'float64';
  const Scalars = precision === 'float32' ? Float32Array : Float64Array;
  const kernels = {
    update: compileJs(emitJs(update, precision)),
    interim: interim && compileJs(emitJs(interim, precision)),
  };
  const uniforms = {
    update: new Scalars(update.uniforms.length),
    interim: new Scalars(interim?.uniforms.length ?? 0),
  };
  let runs = 0;
  return {
    fusedMultiplyAdd: false,
    uniforms,
    run: (which) => {
      kernels[which]!(regions, uniforms[which], 0, arena.length);
      runs++;
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
