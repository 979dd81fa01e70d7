import type { Graph, Node } from './graph.ts';

/** A tensor times a number. */
export interface Scaled {
  readonly factor: number;
  /** The node that is scaled. */
  readonly of: number;
}

/** What a node scales, and by which number, where that is what it does. */
export function scaled(nodes: Graph['nodes'], { op, inputs, dtype }: Node): Scaled | undefined {
  if (op.kind !== 'mul' || dtype !== 'float32') return undefined;
  for (const [of, other] of [inputs, [inputs[1]!, inputs[0]!]] as const) {
    const { op: factor } = nodes[other!]!;
    if (factor.kind === 'fill') return { factor: factor.value, of: of! };
  }
  return undefined;
}
