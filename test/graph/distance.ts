/** How far two graphs are from being the same function. */

import { expect } from 'vitest';
import { key, RandomStream } from '../../src/base/random.ts';
import { size } from '../../src/base/shape.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { evaluate } from '../../src/runtime/reference.ts';

/**
 * The largest distance between their outputs on the same random inputs, in float64, over the largest value of each output.
 * They must have outputs of the same names.
 */
export function distance(one: Graph, other: Graph): number {
  const stream = new RandomStream(key(7));
  const fed = new Map(
    one.inputs.map(({ name, id }) => {
      const { shape, dtype } = one.nodes[id]!;
      const draw = dtype === 'float32' ? () => stream.normal() : () => Math.floor(2 * stream.uniform());
      return [name, Float64Array.from({ length: size(shape) }, draw)];
    }),
  );
  const [wanted, found] = [evaluate(one, fed), evaluate(other, fed)];
  expect([...found.keys()]).toEqual([...wanted.keys()]);
  let worst = 0;
  for (const [name, values] of wanted) {
    const scale = values.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-30);
    values.forEach((value, i) => {
      worst = Math.max(worst, Math.abs(value - found.get(name)![i]!) / scale);
    });
  }
  return worst;
}
