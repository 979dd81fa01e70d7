/** What an engine lowers in a graph's place: the same function up to rounding, in the form that its kernels like best. */

import { divideFeatures } from '../graph/divide-features.ts';
import type { Graph } from '../graph/graph.ts';
import { placeFactors } from '../graph/place-factors.ts';

export function arrange(graph: Graph): Graph {
  return placeFactors(divideFeatures(graph));
}
