/** Element-by-element operators: ONNX has nearly all of them under other names. */

import type { BinaryKind, UnaryKind } from '../../graph/op.ts';
import type { Row, Rows } from '../site.ts';

const unary =
  (type: string): Row<UnaryKind> =>
  (e, { operands }) =>
    e.op(type, operands);

const binary =
  (type: string): Row<BinaryKind> =>
  (e, { operands }) =>
    e.op(type, operands);

export const elementwiseRows: Rows<UnaryKind | BinaryKind | 'cast' | 'where'> = {
  neg: unary('Neg'),
  abs: unary('Abs'),
  sign: unary('Sign'),
  floor: unary('Floor'),
  exp: unary('Exp'),
  log: unary('Log'),
  sqrt: unary('Sqrt'),
  reciprocal: unary('Reciprocal'),
  sin: unary('Sin'),
  cos: unary('Cos'),
  tanh: unary('Tanh'),
  sigmoid: unary('Sigmoid'),
  softplus: unary('Softplus'),
  erf: unary('Erf'),
  relu: unary('Relu'),
  not: unary('Not'),
  stopGradient: (_, { operands }) => operands[0]!,
  add: binary('Add'),
  sub: binary('Sub'),
  mul: binary('Mul'),
  div: binary('Div'),
  pow: binary('Pow'),
  max: binary('Max'),
  min: binary('Min'),
  // ONNX Runtime compares no bytes.
  equal: (e, { operands, dtypes }) =>
    e.op('Equal', dtypes[0] === 'uint8' ? operands.map((operand) => e.cast(operand, 'int32')) : operands),
  less: binary('Less'),
  lessOrEqual: binary('LessOrEqual'),
  and: binary('And'),
  or: binary('Or'),
  cast: (e, { op, operands, dtypes }) => (dtypes[0] === op.dtype ? operands[0]! : e.cast(operands[0]!, op.dtype)),
  where: (e, { operands: [condition, a, b], dtype }) => {
    // Nor does it choose between truth values.
    if (dtype !== 'bool') return e.op('Where', [condition!, a!, b!]);
    return e.cast(e.op('Where', [condition!, e.cast(a!, 'uint8'), e.cast(b!, 'uint8')]), 'bool');
  },
};
