/** A graph as text, one line for each node: the form that people, goldens and tools read. */

import type { Graph, Node } from './graph.ts';

const longest = 8;

/**
 * `%7 = conv(%1, %5) stride=[1,1] … : float32[64,32,28,28]  # conv1`, after a line of inputs and before one of outputs.
 * Equal graphs print equally.
 */
export function print(graph: Graph): string {
  const result = graph.outputs.map(({ name, id }) => `${name}=%${id}`).join(', ');
  return [...graph.nodes.map(line), `return ${result}`, ''].join('\n');
}

function line({ id, op, inputs, shape, dtype, scope }: Node): string {
  const operands = inputs.map((input) => `%${input}`).join(', ');
  const { kind, ...attributes } = op;
  const shown = Object.entries(attributes)
    .filter(([name]) => !(kind === 'reshape' || kind === 'broadcastTo') || name !== 'shape')
    .map(([name, value]) => ` ${name}=${show(value)}`)
    .join('');
  const place = scope === undefined ? '' : `  # ${scope}`;
  return `%${id} = ${kind}(${operands})${shown} : ${dtype}[${shape.join(',')}]${place}`;
}

function show(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (!Array.isArray(value)) return typeof value === 'string' ? JSON.stringify(value) : String(value);
  const first = value.slice(0, longest).map(show).join(',');
  return value.length > longest ? `[${first},… ${value.length} values]` : `[${first}]`;
}
