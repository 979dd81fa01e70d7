/** The model that an engine opens for a graph: what it computes arranged, and in the order that engines run best. */

import type { Graph } from '../graph/graph.ts';
import { type LowerOptions, lower } from '../onnx/lower.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { resultsInReverse } from '../onnx/results-in-reverse.ts';
import { arrange } from './arrange.ts';

/** Results of more elements are not summed inside the matrix product: its kernel lays out what is added on one thread. */
const LARGEST_SUM = 2 ** 17;

export type EngineModelOptions = Pick<LowerOptions, 'formulations' | 'channelBlock'> & { readonly threads: number };

export function engineModel(graph: Graph, options: EngineModelOptions): OnnxModel {
  return resultsInReverse(lower(arrange(graph), { ...options, largestSum: LARGEST_SUM }));
}
