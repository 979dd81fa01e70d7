/** Operators that work element by element: the shape stays, dtypes are checked. */

import type { Dtype } from '../../base/dtype.ts';
import { sameShape } from '../../base/shape.ts';
import type { TensorSpec } from '../graph.ts';
import type { BinaryKind, UnaryKind } from '../op.ts';
import type { InferRow, InferRows, Refuse } from './row.ts';

const castMend = 'Convert with cast(x, dtype) where that is meant.';

const numbers: readonly Dtype[] = ['float32', 'int32'];

export function needDtype(x: TensorSpec, allowed: readonly Dtype[], refuse: Refuse): void {
  if (!allowed.includes(x.dtype)) refuse(`takes ${allowed.join(' or ')}, not ${x.dtype}`, castMend);
}

function unary<K extends UnaryKind>(...allowed: Dtype[]): InferRow<K> {
  return {
    operands: 1,
    rule: (_op, [x], refuse) => {
      needDtype(x!, allowed, refuse);
      return { shape: x!.shape, dtype: x!.dtype };
    },
  };
}

function needAlike(a: TensorSpec, b: TensorSpec, refuse: Refuse): void {
  if (a.dtype !== b.dtype) refuse(`the dtypes ${a.dtype} and ${b.dtype} differ`, castMend);
  if (!sameShape(a.shape, b.shape)) refuse('the shapes differ', 'Make them equal with broadcastTo.');
}

function binary<K extends BinaryKind>(allowed: readonly Dtype[], result?: Dtype): InferRow<K> {
  return {
    operands: 2,
    rule: (_op, [a, b], refuse) => {
      needAlike(a!, b!, refuse);
      needDtype(a!, allowed, refuse);
      return { shape: a!.shape, dtype: result ?? a!.dtype };
    },
  };
}

export const elementwiseRows: InferRows<UnaryKind | BinaryKind | 'cast' | 'where'> = {
  neg: unary('float32', 'int32'),
  abs: unary('float32', 'int32'),
  sign: unary('float32', 'int32'),
  floor: unary('float32'),
  exp: unary('float32'),
  log: unary('float32'),
  sqrt: unary('float32'),
  reciprocal: unary('float32'),
  sin: unary('float32'),
  cos: unary('float32'),
  tanh: unary('float32'),
  sigmoid: unary('float32'),
  softplus: unary('float32'),
  erf: unary('float32'),
  relu: unary('float32'),
  not: unary('bool'),
  stopGradient: unary('float32', 'int32', 'uint8', 'bool'),
  cast: { operands: 1, rule: (op, [x]) => ({ shape: x!.shape, dtype: op.dtype }) },
  add: binary(numbers),
  sub: binary(numbers),
  mul: binary(numbers),
  div: binary(numbers),
  pow: binary(['float32']),
  max: binary(numbers),
  min: binary(numbers),
  equal: binary(['float32', 'int32', 'uint8', 'bool'], 'bool'),
  less: binary(numbers, 'bool'),
  lessOrEqual: binary(numbers, 'bool'),
  and: binary(['bool']),
  or: binary(['bool']),
  where: {
    operands: 3,
    rule: (_op, [condition, a, b], refuse) => {
      if (condition!.dtype !== 'bool') refuse(`the condition is ${condition!.dtype}, not bool`, 'Compare first.');
      needAlike(a!, b!, refuse);
      if (!sameShape(condition!.shape, a!.shape)) {
        refuse('the shape of the condition differs', 'Make them equal with broadcastTo.');
      }
      return { shape: a!.shape, dtype: a!.dtype };
    },
  },
};
