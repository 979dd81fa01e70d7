/** The identity of a graph: equal for graphs that compute the same in the same way, whatever their layers are called. */

import type { Graph } from '../graph/graph.ts';

/** As text; JSON alone would write NaN and both infinities as null, and -0 as 0. */
export function graphKey(graph: Graph): string {
  const nodes = graph.nodes.map(({ op, inputs, shape, dtype }) => [op, inputs, shape, dtype]);
  return JSON.stringify([nodes, graph.inputs, graph.outputs], (_, value: unknown) => {
    if (typeof value !== 'number') return value;
    return Number.isFinite(value) && !Object.is(value, -0) ? value : `#${Object.is(value, -0) ? '-0' : value}`;
  });
}

/** A short name for a text: 128 bits of a multiplicative hash, not meant against adversaries. */
export function digest(text: string): string {
  let [a, b, c, d] = [0xdeadbeef, 0x41c6ce57, 0x9e3779b9, 0x85ebca6b];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
    c = Math.imul(c ^ code, 2246822507) ^ (a >>> 15);
    d = Math.imul(d ^ code, 3266489909) ^ (b >>> 13);
  }
  return [a ^ (c >>> 16), b ^ (d >>> 16), c ^ (a >>> 13), d ^ (b >>> 13)]
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('');
}
