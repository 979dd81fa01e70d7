/**
 * The order of the nodes that make a model's results. ONNX Runtime runs depth first from the nodes that no other reads,
 * beginning with the last of them in the file. A gradient graph ends with the gradients of the first layer: in that order
 * the whole way back would be run before the gradient of any weight, and all that those need would lie in memory until
 * then. In reverse, each is run when its operands have just been made.
 */

import type { OnnxModel } from './model.ts';

/** The same model with the nodes that no other reads at its end, the last of them first. */
export function resultsInReverse(model: OnnxModel): OnnxModel {
  const read = new Set(model.nodes.flatMap(({ inputs }) => inputs));
  const inner = model.nodes.filter(({ outputs }) => outputs.some((name) => read.has(name)));
  const last = model.nodes.filter(({ outputs }) => !outputs.some((name) => read.has(name)));
  return { ...model, nodes: [...inner, ...last.reverse()] };
}
