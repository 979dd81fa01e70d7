import type { Graph } from './graph.ts';

/** Stands among the users of a node that is an output of the graph. */
export const OUTPUT = -1;

/** The nodes that read each node, by id, once for each operand that it is. */
export function usersOf(graph: Graph): readonly (readonly number[])[] {
  const users: number[][] = graph.nodes.map(() => []);
  for (const { id, inputs } of graph.nodes) for (const operand of inputs) users[operand]!.push(id);
  for (const { id } of graph.outputs) users[id]!.push(OUTPUT);
  return users;
}
