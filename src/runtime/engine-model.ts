/** The model that an engine opens for a graph: what it computes arranged, and in the order that engines run best. */

import type { Graph } from '../graph/graph.ts';
import { type LowerOptions, lower } from '../onnx/lower.ts';
import type { OnnxModel } from '../onnx/model.ts';
import { resultsInReverse } from '../onnx/results-in-reverse.ts';
import { arrange } from './arrange.ts';

export function engineModel(graph: Graph, options: LowerOptions): OnnxModel {
  return resultsInReverse(lower(arrange(graph), options));
}
