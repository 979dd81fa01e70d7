/**
 * Transposes a large matrix once for all products that read it by columns, xᵀg₁, xᵀg₂, …: the gradients of the weights
 * that read the same activations, or that one output's gradient goes back through.
 *
 * A matrix kernel that reads an operand by columns copies it into rows as it goes, for each product anew, and again for
 * each block of the result's columns. Of x in rows it needs no copy. The sum over the rows of x is made in parts, as a
 * batch of products, so that the rows of xᵀ are short enough for the first cache.
 */

import { emit } from './emit.ts';
import { reshape, transpose } from './form.ts';
import type { Graph, Node } from './graph.ts';
import { rebuild } from './rebuild.ts';
import { sum } from './reduction.ts';
import type { Tensor } from './tensor.ts';

/** With fewer rows a product is over before a transpose has paid. */
const LEAST_ROWS = 1024;

/** Rows in a part: those of its transpose are 2 KiB. */
const LONGEST_PART = 512;
const SHORTEST_PART = 128;

/** Columns that are multiplied with one matrix together, for which its transpose is worth a pass. */
const LEAST_COLUMNS = 512;

/** The same function of the same inputs, up to rounding. */
export function shareTransposes(graph: Graph): Graph {
  const { nodes } = graph;
  const products = nodes.filter(isColumnProduct);
  const left = sharedOperands(nodes, products, 0);
  const right = sharedOperands(
    nodes,
    products.filter(({ inputs }) => !left.has(inputs[0]!)),
    1,
  );
  if (left.size + right.size === 0) return graph;
  const chosen = new Set(products.map(({ id }) => id));
  return rebuild(graph, ({ id, inputs }, { get }) => {
    if (!chosen.has(id)) return undefined;
    const [a, b] = inputs.map(get) as [Tensor, Tensor];
    if (left.has(inputs[0]!)) return columnProduct(a, b);
    return right.has(inputs[1]!) ? transpose(columnProduct(b, a)) : undefined;
  });
}

/** aᵀb of two tall matrices. */
function isColumnProduct({ op, shape }: Node): boolean {
  return op.kind === 'matmul' && shape.length === 2 && op.transposeA && !op.transposeB;
}

/** The operands at one side of the products for which a transpose is worth it. */
function sharedOperands(nodes: Graph['nodes'], products: readonly Node[], side: 0 | 1): ReadonlySet<number> {
  const columns = new Map<number, number[]>();
  for (const { inputs } of products) {
    const [own, other] = [inputs[side]!, inputs[1 - side]!];
    columns.set(own, [...(columns.get(own) ?? []), nodes[other]!.shape[1]!]);
  }
  const shared = [...columns].filter(([id, widths]) => {
    const rows = nodes[id]!.shape[0]!;
    const together = widths.reduce((total, width) => total + width, 0);
    return widths.length > 1 && together >= LEAST_COLUMNS && rows >= LEAST_ROWS && partLength(rows) !== undefined;
  });
  return new Set(shared.map(([id]) => id));
}

/** The longest part that divides the rows; `undefined` where all are short. */
function partLength(rows: number): number | undefined {
  for (let length = LONGEST_PART; length >= SHORTEST_PART; length--) if (rows % length === 0) return length;
  return undefined;
}

/** aᵀb with a in columns already, in parts that are added. */
function columnProduct(a: Tensor, b: Tensor): Tensor {
  const [rows, height] = a.shape as [number, number];
  const length = partLength(rows)!;
  const parts = rows / length;
  // The axis of one element keeps the transpose: right before the product an engine would make a flag of it, and copy again.
  const columns = transpose(reshape(a, [parts, 1, length, height]), [0, 1, 3, 2]);
  const product = emit({ kind: 'matmul', transposeA: false, transposeB: false }, [
    reshape(columns, [parts, height, length]),
    reshape(b, [parts, length, b.shape[1]!]),
  ]);
  return sum(product, [0]);
}
