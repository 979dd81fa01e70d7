import { describe, expect, it } from 'vitest';
import { square } from './elementwise.ts';
import type { Graph, Node } from './graph.ts';
import { gather } from './indexing.ts';
import { fill, literal } from './leaf.ts';
import { sum } from './reduction.ts';
import { trace } from './trace.ts';
import { graphRules, verify } from './verify.ts';

const good = trace({ x: { shape: [2, 3], dtype: 'float32' } }, ({ x }) => ({ y: sum(square(x)) }));

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}

/** `good` with some parts of it replaced. */
function broken(change: (graph: { -readonly [K in keyof Graph]: Graph[K] }) => void): Graph {
  const copy = structuredClone(good);
  change(copy);
  return deepFreeze(copy);
}

const changed = (id: number, part: Partial<Node>) => good.nodes.with(id, { ...good.nodes[id]!, ...part });

const complaints: Readonly<Record<string, [graph: Graph, message: string]>> = {
  'ids equal positions': [broken((g) => (g.nodes = changed(1, { id: 7 }))), '%7 mul: stands at position 1'],
  'operands come before their users': [broken((g) => (g.nodes = changed(1, { inputs: [0, 1] }))), '%1 mul: reads %1'],
  'everything is frozen': [structuredClone(good), 'can be changed'],
  'shapes and dtypes are what inference gives': [
    broken((g) => (g.nodes = changed(1, { shape: [3, 2] }))),
    '%1 mul: is float32[3, 2] where inference gives float32[2, 3]',
  ],
  'constant indices are in range': [
    trace({ x: { shape: [3], dtype: 'float32' } }, ({ x }) => ({ y: gather(x, literal(x.builder, [0, 3], 'int32')) })),
    'the index 3 is outside of an axis of 3 elements',
  ],
  'input ports and input nodes are the same, each name once': [
    broken((g) => (g.inputs = [{ name: 'z', id: 0 }])),
    'the input "z" is not node %0',
  ],
  'outputs are nodes, each name once': [
    broken((g) => (g.outputs = [...good.outputs, ...good.outputs])),
    'the output "y" occurs twice',
  ],
  'every node serves an output or is an input': [
    broken((g) => (g.outputs = [{ name: 'y', id: 0 }])),
    '%1 mul serves nothing',
  ],
};

describe('verify', () => {
  it('accepts what trace makes, and the same graph read back from JSON', () => {
    verify(good);
    const back: Graph = deepFreeze(JSON.parse(JSON.stringify(good)));
    verify(back);
    expect(back).toEqual(good);
  });

  it.each(graphRules.map(({ name }) => name))('refuses a graph that breaks the rule "%s"', (name) => {
    const [graph, message] = complaints[name]!;
    expect(() => verify(graph)).toThrow(`the graph breaks the rule "${name}": `);
    expect(() => verify(graph)).toThrow(message);
  });

  it('refuses indices that are not int32, and a value that the dtype cannot hold', () => {
    const graph = trace({ i: { shape: [2], dtype: 'int32' } }, ({ i }) => ({ y: gather(fill(i.builder, [3], 1), i) }));
    const wrong = deepFreeze({ ...graph, nodes: graph.nodes.map((node) => ({ ...node, dtype: 'float32' as const })) });
    expect(() => verify(wrong)).toThrow('the indices are float32, not int32');
    const bytes = good.nodes.with(0, { ...good.nodes[0]!, op: { kind: 'fill', value: 0.5 }, dtype: 'uint8' });
    expect(() => verify(deepFreeze({ ...good, nodes: bytes }))).toThrow('0.5 is not a value of uint8');
  });
});
