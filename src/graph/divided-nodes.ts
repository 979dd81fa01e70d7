/** Finds the tensors that `divideFeatures` divides: those for which every use is as easy in blocks. */

import { size } from '../base/shape.ts';
import type { Graph, Node } from './graph.ts';
import type { OpKind } from './op.ts';

/** Rows that lie a multiple of so many numbers apart (4096 bytes) share lines of a processor's first cache. */
const STRIDE = 1024;

/** With fewer rows the products are too small for their share of it, and cutting the weights up costs more. */
const LEAST_ROWS = 1024;

const elementByElement = new Set<OpKind>([
  ...(['neg', 'abs', 'sign', 'floor', 'exp', 'log', 'sqrt', 'reciprocal', 'sin', 'cos', 'tanh'] as const),
  ...(['sigmoid', 'softplus', 'erf', 'relu', 'not', 'stopGradient', 'cast', 'where'] as const),
  ...(['add', 'sub', 'mul', 'div', 'pow', 'max', 'min', 'equal', 'less', 'lessOrEqual', 'and', 'or'] as const),
]);

/** Their ids. Groups that are computed from one another are divided together or not at all. */
export function dividedNodes(graph: Graph): ReadonlySet<number> {
  const { nodes } = graph;
  const candidates = new Set(nodes.flatMap((node) => (isCandidate(graph, node) ? [node.id] : [])));
  const groups = connected(nodes, candidates);
  const divided = new Set<number>();
  for (const group of groups) if (pays(graph, group)) for (const id of group) divided.add(id);
  return divided;
}

function isWide({ shape }: Node): boolean {
  const features = shape.at(-1) ?? 0;
  return features > 0 && features % STRIDE === 0 && size(shape) >= LEAST_ROWS * features;
}

function isCandidate({ nodes }: Graph, node: Node): boolean {
  if (!isWide(node)) return false;
  const { op, inputs, shape } = node;
  if (op.kind === 'matmul') return shape.length === 2;
  if (op.kind === 'reshape') return nodes[inputs[0]!]!.shape.at(-1) === shape.at(-1);
  return elementByElement.has(op.kind);
}

/** Candidates that are computed from one another element by element. */
function connected(nodes: readonly Node[], candidates: ReadonlySet<number>): ReadonlySet<number>[] {
  const groupOf = new Map<number, Set<number>>();
  for (const id of candidates) {
    const own = new Set([id]);
    groupOf.set(id, own);
    if (nodes[id]!.op.kind === 'matmul') continue;
    for (const operand of nodes[id]!.inputs) {
      const other = groupOf.get(operand);
      const group = groupOf.get(id)!;
      if (other === undefined || other === group) continue;
      for (const member of group) {
        other.add(member);
        groupOf.set(member, other);
      }
    }
  }
  return [...new Set(groupOf.values())];
}

/** Whether products read the group by rows, more often than it must be put together or cut up. */
function pays({ nodes, outputs }: Graph, group: ReadonlySet<number>): boolean {
  let reads = 0;
  const copies = new Set<number>();
  for (const { op, id, inputs } of nodes) {
    for (const [position, operand] of inputs.entries()) {
      if (group.has(operand) === group.has(id)) continue;
      if (group.has(id)) {
        const { kind } = nodes[operand]!.op;
        if (op.kind !== 'matmul' && kind !== 'fill' && kind !== 'broadcastTo') copies.add(operand);
      } else if (op.kind === 'matmul' && nodes[operand]!.shape.length === 2) {
        if (position === 0) reads++;
        else if (op.transposeB || group.has(inputs[0]!)) copies.add(operand);
      } else if (op.kind !== 'sum' || op.axes.includes(nodes[operand]!.shape.length - 1)) {
        copies.add(operand);
      }
    }
  }
  for (const { id } of outputs) if (group.has(id)) copies.add(id);
  return reads > copies.size;
}
