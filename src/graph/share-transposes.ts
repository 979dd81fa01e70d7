/**
 * Transposes a large matrix once for all products that read it by columns, xᵀg₁, xᵀg₂, …: the gradients of the weights
 * that read the same activations, or that one output's gradient goes back through.
 *
 * A matrix kernel that reads an operand by columns copies it into rows as it goes, for each product anew, and again for
 * each block of the result's columns. Of x in rows it needs no copy. The sum over the rows of x is made in parts, as a
 * batch of products, so that the rows of xᵀ are short enough for the first cache.
 */

import { reshape, transpose } from './form.ts';
import type { Graph, Node } from './graph.ts';
import { fill } from './leaf.ts';
import { matmul } from './linear.ts';
import { rebuild } from './rebuild.ts';
import { scaled } from './scaled.ts';
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
  return rebuild(graph, (node, { get }) => {
    // A number that scales the product joins the sum over its parts.
    const { of, factor } = scaled(nodes, node) ?? { of: node.id, factor: 1 };
    if (!chosen.has(of)) return undefined;
    const { inputs } = nodes[of]!;
    const [a, b] = inputs.map(get) as [Tensor, Tensor];
    if (left.has(inputs[0]!)) return columnProduct(a, b, factor);
    return right.has(inputs[1]!) ? apartTransposed(columnProduct(b, a, factor)) : undefined;
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

/** A number times aᵀb, in parts that are added by a product with a row of that number. */
function columnProduct(a: Tensor, b: Tensor, factor: number): Tensor {
  const [rows, height] = a.shape as [number, number];
  const width = b.shape[1]!;
  const length = partLength(rows)!;
  const parts = rows / length;
  const columns = apartTransposed(reshape(a, [parts, length, height]));
  const products = matmul(columns, reshape(b, [parts, length, width]));
  const sum = matmul(fill(a.builder, [1, parts], factor), reshape(products, [parts, height * width]));
  return reshape(sum, [height, width]);
}

/**
 * The last two axes exchanged, with an axis of one element between them and what follows: right before a product an
 * engine would make a flag of the transpose, and copy for each product again; before a concat it would move it behind,
 * and run the whole way back before the first gradient.
 */
function apartTransposed(x: Tensor): Tensor {
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const batch = x.shape.slice(0, -2);
  const order = [...batch.map((_, axis) => axis), batch.length, batch.length + 2, batch.length + 1];
  return reshape(transpose(reshape(x, [...batch, 1, rows, columns]), order), [...batch, columns, rows]);
}
