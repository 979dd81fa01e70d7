/**
 * Rebuilds a graph through the rewrite rules (`rewrites` in emit.ts is the list): what was built past them, and what an
 * alias kept apart until the gradient was taken, becomes as small as what the tensor functions build.
 */

import type { Graph } from './graph.ts';
import { rebuild } from './rebuild.ts';

/** The same function of the same inputs, as a graph that is no larger. */
export function simplify(graph: Graph): Graph {
  return rebuild(graph, () => undefined);
}
