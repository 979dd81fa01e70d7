/**
 * Divides wide features into blocks: a hidden layer of 1024 units becomes two of 512, beside each other.
 *
 * A matrix kernel reads a dozen rows at a time. Where rows lie a multiple of 4096 bytes apart, all of them fall on the
 * same lines of the processor's cache, and push each other out. What comes from a matrix product, is computed
 * element by element, and goes into matrix products need not be one matrix: each block is a product with some columns of
 * the weights, and the products that follow are sums over the blocks.
 */

import { dividedNodes } from './divided-nodes.ts';
import { add } from './elementwise.ts';
import { emit } from './emit.ts';
import { broadcastTo, concat, reshape, slice } from './form.ts';
import type { Graph, Node } from './graph.ts';
import type { OpOf } from './op.ts';
import { type Rebuilt, rebuild } from './rebuild.ts';
import type { Tensor } from './tensor.ts';
import { usersOf } from './users.ts';

/** Features in a block: rows of 2 KiB. */
const BLOCK = 512;

/** The same function of the same inputs, up to rounding, with wide features in blocks where that pays. */
export function divideFeatures(graph: Graph): Graph {
  const wide = dividedNodes(graph);
  if (wide.size === 0) return graph;
  const sums = beginningSums(graph, wide);
  return rebuild(graph, (node, built) => {
    if (wide.has(node.id)) return divided(graph, wide, node, built);
    const product = sums.get(node.id);
    if (product !== undefined) {
      // The sum over the blocks begins with what is added to it anyway: a bias, or what goes around the layer.
      const other = node.inputs.find((id) => id !== product.id)!;
      return overBlocks(product, built, built.get(other));
    }
    return readingBlocks(wide, node, built);
  });
}

/** A node of the group: its blocks, put together. Who needs a block takes it from among them; the whole is rarely made. */
function divided({ nodes }: Graph, wide: ReadonlySet<number>, node: Node, built: Rebuilt): Tensor {
  const { op, inputs, shape } = node;
  const blocks = starts(shape.at(-1)!).map((start) => {
    if (op.kind === 'matmul') {
      const [a, b] = inputs.map(built.get);
      const part = block(b!, op.transposeB ? 0 : 1, start);
      const rows = wide.has(inputs[0]!) && !op.transposeA;
      return rows ? sumOverBlocks(op, a!, part) : emit(op, [a!, part]);
    }
    const operands = inputs.map((id) => features(nodes[id]!, built, start));
    return op.kind === 'reshape' ? reshape(operands[0]!, shape.with(-1, BLOCK)) : emit(op, operands);
  });
  return concat(blocks, -1);
}

/** Some features of an operand of an operator that is computed element by element. */
function features({ id, op, inputs, shape }: Node, { get }: Rebuilt, start: number): Tensor {
  if (op.kind !== 'broadcastTo') return block(get(id), -1, start);
  const inner = get(inputs[0]!);
  return broadcastTo(inner.shape.at(-1) === shape.at(-1) ? block(inner, -1, start) : inner, shape.with(-1, BLOCK));
}

/** A node outside that reads blocks one by one, where it can. */
function readingBlocks(wide: ReadonlySet<number>, node: Node, built: Rebuilt): Tensor | undefined {
  const { op, inputs } = node;
  const [x, y] = inputs.map(built.get);
  const [first, second] = inputs.map((id) => wide.has(id));
  if (op.kind === 'sum' && first && !op.axes.includes(x!.rank - 1)) {
    return inBlocks(x!, (part) => emit(op, [part]), -1);
  }
  if (op.kind !== 'matmul' || x!.rank !== 2) return undefined;
  if (first && op.transposeA) return inBlocks(x!, (part) => emit(op, [part, y!]), 0);
  if (first) return overBlocks(node, built);
  return second && !op.transposeB ? inBlocks(y!, (part) => emit(op, [x!, part]), 1) : undefined;
}

function inBlocks(x: Tensor, of: (part: Tensor) => Tensor, axis: number): Tensor {
  return concat(
    starts(x.shape.at(-1)!).map((start) => of(block(x, -1, start))),
    axis,
  );
}

/** `from` + a product whose first operand is divided along what is summed over. */
function overBlocks({ op, inputs }: Node, { get }: Rebuilt, from?: Tensor): Tensor {
  return sumOverBlocks(op as OpOf<'matmul'>, get(inputs[0]!), get(inputs[1]!), from);
}

function sumOverBlocks(op: OpOf<'matmul'>, a: Tensor, b: Tensor, from?: Tensor): Tensor {
  let total = from;
  for (const start of starts(a.shape[1]!)) {
    const product = emit(op, [block(a, 1, start), block(b, op.transposeB ? 1 : 0, start)]);
    total = total === undefined ? product : add(product, total);
  }
  return total!;
}

/** Additions to a product that is a sum over blocks and goes nowhere else: the product, by the id of the addition. */
function beginningSums(graph: Graph, wide: ReadonlySet<number>): ReadonlyMap<number, Node> {
  const users = usersOf(graph);
  const found = new Map<number, Node>();
  for (const { id, op, inputs } of graph.nodes) {
    if (op.kind !== 'add' || wide.has(id)) continue;
    const products = inputs.map((term) => graph.nodes[term]!);
    const product = products.find(
      ({ id: term, op: by, inputs: factors }) =>
        by.kind === 'matmul' && !by.transposeA && users[term]!.length === 1 && wide.has(factors[0]!) && !wide.has(term),
    );
    if (product !== undefined) found.set(id, product);
  }
  return found;
}

function starts(width: number): readonly number[] {
  return Array.from({ length: width / BLOCK }, (_, i) => i * BLOCK);
}

/** A block along an axis. */
function block(x: Tensor, axis: number, start: number): Tensor {
  const at = axis < 0 ? axis + x.rank : axis;
  return slice(x, { starts: x.shape.map((_, i) => (i === at ? start : 0)), ends: x.shape.with(at, start + BLOCK) });
}
