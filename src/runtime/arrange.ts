/** What an engine lowers in a graph's place: the same function up to rounding, in the form that its kernels like best. */

import { divideFeatures } from '../graph/divide-features.ts';
import { factorSums } from '../graph/factor-sums.ts';
import type { Graph } from '../graph/graph.ts';
import { placeFactors } from '../graph/place-factors.ts';
import { shortenRowSums } from '../graph/row-sums.ts';
import { shareTransposes } from '../graph/share-transposes.ts';

export function arrange(graph: Graph): Graph {
  return shareTransposes(placeFactors(divideFeatures(factorSums(shortenRowSums(graph)))));
}
