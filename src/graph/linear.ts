/** Products of matrices and vectors. */

import { broadcast, sameShape } from '../base/shape.ts';
import { mul } from './elementwise.ts';
import { emit } from './emit.ts';
import { broadcastTo, reshape } from './form.ts';
import { lift, type Operand } from './leaf.ts';
import { sum } from './reduction.ts';
import { shapeError } from './shape-error.ts';
import type { Tensor } from './tensor.ts';

/**
 * The matrix product over the last two axes; axes before them are batches and broadcast, as in NumPy. A vector on the
 * left is a row, on the right a column, and its axis is dropped again. `transpose` of an operand costs nothing.
 */
export function matmul(a: Operand, b: Operand): Tensor {
  const [x, y] = lift('matmul', [a, b]) as [Tensor, Tensor];
  if (x.rank === 0 || y.rank === 0) throw refusal(x, y, 'a scalar is no matrix', 'Use mul.');
  if (x.rank === 1) {
    const product = matmul(reshape(x, [1, x.shape[0]!]), y);
    return reshape(product, product.shape.toSpliced(y.rank === 1 ? 0 : -2, 1));
  }
  if (y.rank === 1) {
    const product = matmul(x, reshape(y, [y.shape[0]!, 1]));
    return reshape(product, product.shape.slice(0, -1));
  }
  if (x.rank > 2 && y.rank === 2 && x.shape.at(-1) === y.shape[0]) {
    // One matrix for the whole batch: the batch is so many more rows, and the gradient of y is one product too.
    const rows = reshape(x, [-1, x.shape.at(-1)!]);
    return reshape(product(rows, y), [...x.shape.slice(0, -1), y.shape[1]!]);
  }
  const batch = broadcast(x.shape.slice(0, -2), y.shape.slice(0, -2));
  if (batch === undefined) {
    throw refusal(x, y, 'the batch dimensions do not broadcast', 'Axes before the last two must be equal or 1.');
  }
  return product(broadcastTo(x, [...batch, ...x.shape.slice(-2)]), broadcastTo(y, [...batch, ...y.shape.slice(-2)]));
}

function product(x: Tensor, y: Tensor): Tensor {
  return emit({ kind: 'matmul', transposeA: false, transposeB: false }, [x, y]);
}

/** Σ aᵢ bᵢ over two tensors of one shape: a scalar. */
export function dot(a: Operand, b: Operand): Tensor {
  const [x, y] = lift('dot', [a, b]) as [Tensor, Tensor];
  if (!sameShape(x.shape, y.shape)) {
    throw shapeError({ name: 'dot', problem: 'the shapes differ', operands: [x, y], scope: x.builder.scope });
  }
  return sum(mul(x, y));
}

function refusal(x: Tensor, y: Tensor, problem: string, mend: string) {
  return shapeError({ name: 'matmul', problem, operands: [x, y], scope: x.builder.scope, mend });
}
