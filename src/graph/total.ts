/**
 * The sum of many tensors of one shape, as few operators as it can be: what a gradient is where a tensor was used many
 * times, such as a recurrent weight at every time step. Equal to adding one by one but for the order of the terms.
 */

import { size } from '../base/shape.ts';
import { add, mul } from './elementwise.ts';
import { emit } from './emit.ts';
import { concat } from './form.ts';
import { fill } from './leaf.ts';
import { operandOf, opOf } from './rewrite/rewrite.ts';
import type { Tensor } from './tensor.ts';

/** Terms that can become one, and the axis along which they are laid side by side. */
interface Family {
  readonly axis: number;
  /** Terms of equal families belong together. */
  readonly key: string;
}

interface Joining {
  family(term: Tensor): Family | undefined;
  join(terms: readonly Tensor[], axis: number): Tensor;
}

/** What an operator costs an engine beside its work, in elements that it could move in that time. */
const OPERATOR = 16_384;

const joinings: readonly Joining[] = [
  // Σ pad xᵢ, where the xᵢ do not overlap → one concat: the gradient of slices.
  { family: padFamily, join: joinPads },
  // Σ aᵢᵀ bᵢ → [a₁; a₂; …]ᵀ [b₁; b₂; …]: the gradient of a weight that is used again and again.
  { family: productFamily, join: joinProducts },
  // Σ Σ_rows xᵢ → Σ_rows [x₁; x₂; …]: that of a bias.
  { family: sumFamily, join: joinSums },
];

/** Σ terms; at least one, all of one shape. */
export function total(terms: readonly Tensor[]): Tensor {
  let rest = counted(terms);
  for (const { family, join } of joinings) {
    if (rest.length < 2) break;
    const groups = new Map<string, { readonly axis: number; readonly members: Tensor[] }>();
    const others: Tensor[] = [];
    for (const term of rest) {
      const found = family(term);
      if (found === undefined) {
        others.push(term);
        continue;
      }
      const group = groups.get(found.key);
      if (group === undefined) groups.set(found.key, { axis: found.axis, members: [term] });
      else group.members.push(term);
    }
    const joined = [...groups.values()].map(({ axis, members }) =>
      members.length === 1 ? members[0]! : join(members, axis),
    );
    rest = [...others, ...joined];
  }
  return rest.reduce((sum, term) => add(sum, term));
}

/** Equal terms, such as both gradients of x · x, as one and their number. */
function counted(terms: readonly Tensor[]): readonly Tensor[] {
  const counts = new Map<number, number>();
  for (const { id } of terms) counts.set(id, (counts.get(id) ?? 0) + 1);
  if (counts.size === terms.length) return terms;
  return [...counts].map(([id, count]) => {
    const term = terms.find((other) => other.id === id)!;
    return count === 1 ? term : mul(term, count);
  });
}

/** Pads with zeros before and after one axis. */
function padFamily(term: Tensor): Family | undefined {
  const op = opOf(term, 'pad');
  if (op === undefined || op.value !== 0 || op.interior.some((amount) => amount !== 0)) return undefined;
  const padded = op.low.flatMap((low, axis) => (low + op.high[axis]! > 0 ? [axis] : []));
  return padded.length === 1 ? { axis: padded[0]!, key: String(padded[0]) } : undefined;
}

/** Those that overlap others are added after all. */
function joinPads(terms: readonly Tensor[], axis: number): Tensor {
  const placed = terms
    .map((term) => ({ term, part: operandOf(term), begin: opOf(term, 'pad')!.low[axis]! }))
    .sort((a, b) => a.begin - b.begin);
  const [{ term }] = placed as [(typeof placed)[number]];
  const zeros = (length: number) => fill(term.builder, term.shape.with(axis, length), 0);
  const parts: Tensor[] = [];
  const overlapping: Tensor[] = [];
  let end = 0;
  for (const { term: whole, part, begin } of placed) {
    if (begin < end) {
      overlapping.push(whole);
      continue;
    }
    if (begin > end) parts.push(zeros(begin - end));
    parts.push(part);
    end = begin + part.shape[axis]!;
  }
  if (end < term.shape[axis]!) parts.push(zeros(term.shape[axis]! - end));
  const joined = concat(parts, axis);
  return overlapping.length === 0 ? joined : add(joined, total(overlapping));
}

/** Products of few rows, where laying them side by side moves fewer elements than adding their results. */
function productFamily(term: Tensor): Family | undefined {
  const op = opOf(term, 'matmul');
  if (op === undefined || !op.transposeA || op.transposeB || term.rank !== 2) return undefined;
  const laid = 2 * (size(operandOf(term, 0).shape) + size(operandOf(term, 1).shape));
  return laid <= 3 * size(term.shape) + 2 * OPERATOR ? { axis: 0, key: '' } : undefined;
}

function joinProducts(terms: readonly Tensor[]): Tensor {
  return emit({ kind: 'matmul', transposeA: true, transposeB: false }, [rows(terms, 0), rows(terms, 1)]);
}

/** Sums over the first axis of few elements. */
function sumFamily(term: Tensor): Family | undefined {
  const op = opOf(term, 'sum');
  if (op === undefined || op.axes.length !== 1 || op.axes[0] !== 0) return undefined;
  return size(operandOf(term).shape) <= OPERATOR ? { axis: 0, key: String(op.keepDims) } : undefined;
}

function joinSums(terms: readonly Tensor[]): Tensor {
  const { keepDims } = opOf(terms[0]!, 'sum')!;
  return emit({ kind: 'sum', axes: [0], keepDims }, [rows(terms, 0)]);
}

/**
 * The reverse sweep meets the last use first. In the order of use, a series that several weights share (the gradients of
 * all time steps) is one concat for all of them, and the same as that of the pads.
 */
function rows(terms: readonly Tensor[], index: number): Tensor {
  return concat(terms.map((term) => operandOf(term, index)).reverse(), 0);
}
