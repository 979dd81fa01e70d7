/** Makes matrices orthogonal on an engine, for rules that need it: Newton–Schulz as a graph, compiled for each shape. */

import { add, div, mul, sqrt, square } from '../graph/elementwise.ts';
import { transpose } from '../graph/form.ts';
import type { Graph } from '../graph/graph.ts';
import { matmul } from '../graph/linear.ts';
import { sum } from '../graph/reduction.ts';
import { trace } from '../graph/trace.ts';
import { newtonSchulzCoefficients, newtonSchulzEpsilon, newtonSchulzSteps } from '../rule/newton-schulz.ts';
import type { Orthogonalize } from '../rule/updater.ts';
import type { Binding, CompileOptions, Engine } from '../runtime/engine.ts';

/** X ← aX + (bA + cA²)X with A = XXᵀ, five times from X = M/‖M‖, on the shorter side. */
function traceNewtonSchulz(rows: number, columns: number): Graph {
  const { a, b, c } = newtonSchulzCoefficients;
  const tall = rows > columns;
  return trace({ matrix: { shape: [rows, columns], dtype: 'float32' } }, ({ matrix }) => {
    const start = tall ? transpose(matrix) : matrix;
    let x = div(start, add(sqrt(sum(square(start))), newtonSchulzEpsilon));
    for (let step = 0; step < newtonSchulzSteps; step++) {
      const gram = matmul(x, transpose(x));
      const polynomial = add(mul(b, gram), mul(c, matmul(gram, gram)));
      x = add(mul(a, x), matmul(polynomial, x));
    }
    return { orthogonal: tall ? transpose(x) : x };
  });
}

/** Orthogonalizes float32 matrices of an arena on the engine. `settings` is asked when the first is compiled. */
export function orthogonalizeOn(engine: Engine, settings: () => Promise<CompileOptions>): Orthogonalize {
  const bindings = new Map<string, Promise<Binding>>();
  const bind = async (rows: number, columns: number, matrix: Float32Array, orthogonal: Float32Array) => {
    const program = await engine.compile(traceNewtonSchulz(rows, columns), await settings());
    return program.bind(new Map(Object.entries({ matrix, orthogonal })));
  };
  return async (tasks) => {
    for (const { parameter, rows, columns, matrix, orthogonal } of tasks) {
      let binding = bindings.get(parameter);
      if (binding === undefined) {
        binding = bind(rows, columns, matrix as Float32Array, orthogonal as Float32Array);
        bindings.set(parameter, binding);
      }
      await (await binding).run();
    }
  };
}
