/** What attention computes once its queries, keys and values are there. */

import { add, lessOrEqual, mul, where } from '../../graph/elementwise.ts';
import { concat, slice, transpose } from '../../graph/form.ts';
import { iota } from '../../graph/leaf.ts';
import { matmul } from '../../graph/linear.ts';
import { softmax } from '../../graph/softmax.ts';
import type { Builder, Tensor } from '../../graph/tensor.ts';

export interface Attending {
  /** Whether a step sees itself and those before it alone. */
  readonly causal: boolean;
  /** Queries that are worth a product of their own. */
  readonly shortestBlock?: number;
  /** What is made of weights [n, rows, columns], those of `rows` steps from `first` on to the first `columns` steps. */
  readonly drop?: (weights: Tensor, first: number) => Tensor;
}

/** More blocks save little: two save a quarter of the products, four three eighths, and all that can be saved is a half. */
const MOST_BLOCKS = 4;

/**
 * softmax(q kᵀ / √width) v for q, k and v [n, steps, width], the examples and heads as one axis.
 *
 * Under a causal mask the queries are divided into blocks, and each block meets the keys up to its own last step: what no
 * step sees is not computed.
 */
export function attend(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { causal, shortestBlock = 128, drop = (weights) => weights }: Attending,
): Tensor {
  const [, steps, width] = query.shape as readonly [number, number, number];
  const between = (x: Tensor, first: number, end: number) =>
    slice(x, { starts: [0, first, 0], ends: x.shape.with(1, end) });
  const blocks = causal ? Math.min(MOST_BLOCKS, Math.max(1, Math.floor(steps / shortestBlock))) : 1;
  const length = Math.ceil(steps / blocks);
  const parts = Array.from({ length: Math.ceil(steps / length) }, (_, block) => {
    const [first, end] = [block * length, Math.min(steps, (block + 1) * length)];
    const scores = matmul(
      mul(between(query, first, end), 1 / Math.sqrt(width)),
      transpose(between(key, 0, end), [0, 2, 1]),
    );
    const seen = causal ? add(scores, unseen(query.builder, first, end)) : scores;
    return matmul(drop(softmax(seen), first), between(value, 0, end));
  });
  return concat(parts, 1);
}

/** [end − first, end]: 0 where a step (a row) sees another, −∞ where that one comes later. A constant to the engine. */
function unseen(builder: Builder, first: number, end: number): Tensor {
  const shape = [end - first, end];
  const [row, column] = [iota(builder, shape, 0), iota(builder, shape, 1)];
  return where(lessOrEqual(column, add(row, first)), 0, Number.NEGATIVE_INFINITY);
}
