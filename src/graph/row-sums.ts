/**
 * Makes the sum of each row of an element-by-element product from a product that is there anyway:
 *
 *     Σⱼ (gᵢⱼ vⱼ) xᵢⱼ  = (g ∘ x) v        where g ∘ x is computed for another purpose,
 *     Σⱼ (A Bᵀ)ᵢⱼ Cᵢⱼ  = Σₖ Aᵢₖ (C B)ᵢₖ    where C B is.
 *
 * The first stands in the gradient of a layer normalization, which sums g ∘ x̂ over the rows too, for its scale. The second
 * stands in that of attention: the weights' gradient times the weights, summed over keys, is the output's gradient times
 * the output, summed over the far fewer features (Dao et al., "FlashAttention", 2022, appendix B). Each saves a pass.
 */

import { sameShape, size } from '../base/shape.ts';
import { mul } from './elementwise.ts';
import { emit } from './emit.ts';
import { reshape } from './form.ts';
import type { Graph, Node } from './graph.ts';
import { matmul } from './linear.ts';
import type { OpOf } from './op.ts';
import { rebuild } from './rebuild.ts';
import type { Tensor } from './tensor.ts';
import { usersOf } from './users.ts';

type Product = { readonly kind: 'mul' } | OpOf<'matmul'>;

/** The same function of the same inputs, up to rounding. */
export function shortenRowSums(graph: Graph): Graph {
  const { nodes } = graph;
  const users = usersOf(graph);
  const products = new Map<string, number>();
  for (const { id, op, inputs } of nodes.toReversed()) {
    if (op.kind === 'mul' || op.kind === 'matmul') products.set(identity(op as Product, inputs), id);
  }
  /** The first node that multiplies these, where it stands before node `id`. */
  const before = (id: number, op: Product, inputs: readonly number[]) => {
    const found = products.get(identity(op, inputs));
    return found !== undefined && found < id ? found : undefined;
  };

  return rebuild(graph, (node, { get }) => {
    const { op, inputs, id, shape } = node;
    if (op.kind !== 'sum') return undefined;
    const { axes } = op;
    const summed = nodes[inputs[0]!]!;
    const first = summed.shape.length - axes.length;
    if (summed.op.kind !== 'mul' || users[summed.id]!.length > 1 || axes[0] !== first) return undefined;
    return eitherWay(summed.inputs, (left, right) => bySpread(left, right) ?? byMatrices(left, right));

    /** Σ (g ∘ v) x, with v the same in every row. */
    function bySpread(left: number, x: number): Tensor | undefined {
      if (nodes[left]!.op.kind !== 'mul') return undefined;
      return eitherWay(nodes[left]!.inputs, (g, spread) => {
        const product = before(id, { kind: 'mul' }, [g, x]);
        const vector = product === undefined ? undefined : rowVector(nodes, spread, first);
        if (vector === undefined) return undefined;
        const columns = size(summed.shape.slice(first));
        const rows = reshape(get(product!), [-1, columns]);
        return reshape(matmul(rows, reshape(get(vector), [columns, 1])), shape);
      });
    }

    /** Σ (A Bᵀ) ∘ C, where A has fewer columns than C. */
    function byMatrices(left: number, c: number): Tensor | undefined {
      const { op: product, inputs: operands, shape: wide } = nodes[left]!;
      if (product.kind !== 'matmul' || product.transposeA || axes.length !== 1) return undefined;
      const [a, b] = operands as [number, number];
      if (nodes[a]!.shape.at(-1)! >= wide.at(-1)!) return undefined;
      const other: OpOf<'matmul'> = { ...product, transposeB: !product.transposeB };
      const found = before(id, other, [c, b]);
      return found === undefined ? undefined : emit(op, [mul(get(a), get(found))]);
    }
  });
}

function eitherWay(
  inputs: readonly number[],
  find: (left: number, right: number) => Tensor | undefined,
): Tensor | undefined {
  const [a, b] = inputs as [number, number];
  return find(a, b) ?? find(b, a);
}

/** Equal for equal products; those of elements commute. */
function identity(op: Product, inputs: readonly number[]): string {
  if (op.kind === 'mul') return `mul ${inputs.toSorted((a, b) => a - b)}`;
  return `matmul ${op.transposeA} ${op.transposeB} ${inputs}`;
}

/** What is spread over the rows, where one row of it is all of it. */
function rowVector(nodes: readonly Node[], id: number, first: number): number | undefined {
  const { op, inputs, shape } = nodes[id]!;
  if (op.kind !== 'broadcastTo') return undefined;
  const row = shape.slice(first);
  const inner = nodes[inputs[0]!]!.shape;
  const whole = sameShape(inner.slice(-row.length), row) && size(inner) === size(row);
  return whole ? inputs[0]! : undefined;
}
