/** Gradients element by element, and of the leaves. Formulas use the result y where that saves computing it again. */

import {
  cos,
  div,
  equal,
  exp,
  less,
  log,
  mul,
  neg,
  pow,
  sigmoid,
  sign,
  sin,
  square,
  sub,
  where,
} from '../../graph/elementwise.ts';
import type { BinaryKind, UnaryKind } from '../../graph/op.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { gate } from './gate.ts';
import { constant, type VjpRows } from './row.ts';

const steps = constant('piecewise constant: the derivative is 0 wherever it exists');
const truth = constant('gives booleans');
const leaf = constant('has no operands');

/** The share of g that goes to a where a wins against b: all, half at a tie, or none. */
function share(wins: Tensor, a: Tensor, b: Tensor, g: Tensor): Tensor {
  return where(wins, g, where(equal(a, b), mul(g, 0.5), 0));
}

export const elementwiseVjp: VjpRows<
  UnaryKind | BinaryKind | 'cast' | 'where' | 'input' | 'fill' | 'literal' | 'iota'
> = {
  input: leaf,
  fill: leaf,
  literal: leaf,
  iota: leaf,
  neg: [({ g }) => neg(g)],
  abs: [({ operands: [x], g }) => mul(g, sign(x!))], // sign(0) = 0, so |·|'(0) = 0.
  sign: steps,
  floor: steps,
  exp: [({ y, g }) => mul(g, y)],
  log: [({ operands: [x], g }) => div(g, x!)],
  sqrt: [({ y, g }) => div(mul(g, 0.5), y)],
  reciprocal: [({ y, g }) => neg(mul(g, square(y)))],
  sin: [({ operands: [x], g }) => mul(g, cos(x!))],
  cos: [({ operands: [x], g }) => neg(mul(g, sin(x!)))],
  tanh: [({ y, g }) => mul(g, sub(1, square(y)))],
  sigmoid: [({ y, g }) => mul(g, mul(y, sub(1, y)))],
  softplus: [({ operands: [x], g }) => mul(g, sigmoid(x!))],
  // 2/√π e^(−x²), with the factor and the sign in one division.
  erf: [({ operands: [x], g }) => mul(g, div(2 / Math.sqrt(Math.PI), exp(square(x!))))],
  // On y, which is alive anyway for the next layer; so x need not be kept. relu'(0) = 0.
  relu: [({ y, g }) => gate(less(0, y), g)],
  not: truth,
  stopGradient: constant('stops the gradient by definition'),
  cast: constant('converts from or to integers or booleans, which have no derivative'),
  add: [({ g }) => g, ({ g }) => g],
  sub: [({ g }) => g, ({ g }) => neg(g)],
  mul: [({ operands: [, b], g }) => mul(g, b!), ({ operands: [a], g }) => mul(g, a!)],
  div: [
    ({ operands: [, b], g }) => div(g, b!),
    ({ operands: [, b], y, g }) => neg(mul(div(g, b!), y)), // shares g / b with the first
  ],
  pow: [
    ({ operands: [a, b], g }) => mul(g, mul(b!, pow(a!, sub(b!, 1)))),
    ({ operands: [a], y, g }) => mul(g, mul(y, log(a!))),
  ],
  max: [
    ({ operands: [a, b], g }) => share(less(b!, a!), a!, b!, g),
    ({ operands: [a, b], g }) => share(less(a!, b!), a!, b!, g),
  ],
  min: [
    ({ operands: [a, b], g }) => share(less(a!, b!), a!, b!, g),
    ({ operands: [a, b], g }) => share(less(b!, a!), a!, b!, g),
  ],
  equal: truth,
  less: truth,
  lessOrEqual: truth,
  and: truth,
  or: truth,
  where: [undefined, ({ operands: [c], g }) => where(c!, g, 0), ({ operands: [c], g }) => where(c!, 0, g)],
};
