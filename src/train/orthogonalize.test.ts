import { afterAll, beforeAll, expect, it } from 'vitest';
import { key, RandomStream } from '../base/random.ts';
import { newtonSchulz } from '../rule/newton-schulz.ts';
import type { Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import { orthogonalizeOn } from './orthogonalize.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});
afterAll(async () => {
  await engine.release();
});

it.each([
  [3, 7],
  [7, 3],
  [5, 5],
  [1, 4],
] as const)(
  'on an engine a %i × %i matrix becomes what the float64 reference makes of it, within 2e-5, each time anew',
  async (rows, columns) => {
    const stream = new RandomStream(key(rows));
    const matrix = new Float32Array(rows * columns);
    const orthogonal = new Float32Array(rows * columns);
    const orthogonalize = orthogonalizeOn(engine, async () => ({ threads: 1 }));
    for (let time = 0; time < 2; time++) {
      matrix.forEach((_, i) => {
        matrix[i] = stream.normal();
      });
      await orthogonalize([{ parameter: 'w', rows, columns, matrix, orthogonal }]);
      const expected = new Float64Array(rows * columns);
      newtonSchulz(matrix, expected, rows, columns);
      orthogonal.forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(2e-5);
      });
    }
  },
);
