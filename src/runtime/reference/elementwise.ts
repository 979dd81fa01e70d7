/** Leaves, and one number at a time. */

import { strides } from '../../base/shape.ts';
import type { BinaryKind, UnaryKind } from '../../graph/op.ts';
import { erf } from './erf.ts';
import type { Kernel, Kernels } from './kernel.ts';

function unary<K extends UnaryKind>(f: (x: number) => number): Kernel<K> {
  return (_op, [x], y) => {
    for (let i = 0; i < y.data.length; i++) y.data[i] = f(x!.data[i]!);
  };
}

/** `ofIntegers` is for int32, where it differs: 32-bit wrap-around, division cut off towards zero. */
function binary<K extends BinaryKind>(
  f: (a: number, b: number) => number,
  ofIntegers: (a: number, b: number) => number = f,
): Kernel<K> {
  return (_op, [a, b], y) => {
    const g = a!.dtype === 'int32' ? ofIntegers : f;
    for (let i = 0; i < y.data.length; i++) y.data[i] = g(a!.data[i]!, b!.data[i]!);
  };
}

export function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

export const elementwiseKernels: Kernels<UnaryKind | BinaryKind | 'cast' | 'where' | 'fill' | 'literal' | 'iota'> = {
  fill: (op, _operands, y) => {
    y.data.fill(op.value);
  },
  literal: (op, _operands, y) => y.data.set(op.values),
  iota: (op, _operands, y) => {
    const step = strides(y.shape)[op.axis]!;
    for (let i = 0; i < y.data.length; i++) y.data[i] = Math.floor(i / step) % y.shape[op.axis]!;
  },
  neg: unary((x) => -x),
  abs: unary(Math.abs),
  sign: unary(Math.sign),
  floor: unary(Math.floor),
  exp: unary(Math.exp),
  log: unary(Math.log),
  sqrt: unary(Math.sqrt),
  reciprocal: unary((x) => 1 / x),
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tanh: unary(Math.tanh),
  sigmoid: unary(sigmoid),
  softplus: unary((x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))),
  erf: unary(erf),
  relu: unary((x) => Math.max(x, 0)),
  not: unary((x) => 1 - x),
  stopGradient: unary((x) => x),
  cast: (op, [x], y) => {
    for (let i = 0; i < y.data.length; i++) {
      const value = x!.data[i]!;
      if (op.dtype === 'bool') y.data[i] = value === 0 ? 0 : 1;
      else y.data[i] = op.dtype === 'float32' ? value : Math.trunc(value);
    }
  },
  add: binary(
    (a, b) => a + b,
    (a, b) => (a + b) | 0,
  ),
  sub: binary(
    (a, b) => a - b,
    (a, b) => (a - b) | 0,
  ),
  mul: binary((a, b) => a * b, Math.imul),
  div: binary(
    (a, b) => a / b,
    (a, b) => Math.trunc(a / b),
  ),
  pow: binary((a, b) => a ** b),
  max: binary(Math.max),
  min: binary(Math.min),
  equal: binary((a, b) => Number(a === b)),
  less: binary((a, b) => Number(a < b)),
  lessOrEqual: binary((a, b) => Number(a <= b)),
  and: binary((a, b) => a * b),
  or: binary(Math.max),
  where: (_op, [condition, a, b], y) => {
    for (let i = 0; i < y.data.length; i++) y.data[i] = condition!.data[i] === 1 ? a!.data[i]! : b!.data[i]!;
  },
};
