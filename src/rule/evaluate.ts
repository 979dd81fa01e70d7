/** What each operation means in float64: the one definition that every lowering is held to. */

import type { OperationKind } from './expression.ts';

/** Conditions are 1 and 0. Math.min and Math.max give NaN where either operand is. */
export const evaluate = {
  neg: (a) => -a,
  sqrt: Math.sqrt,
  abs: Math.abs,
  sign: Math.sign,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  min: Math.min,
  max: Math.max,
  pow: (a, b) => a ** b,
  exp: Math.exp,
  log: Math.log,
  less: (a, b) => (a < b ? 1 : 0),
  lessOrEqual: (a, b) => (a <= b ? 1 : 0),
  equal: (a, b) => (a === b ? 1 : 0),
  where: (a, b, c) => (a !== 0 ? b : c),
} as const satisfies Record<OperationKind, (a: number, b: number, c: number) => number>;

/** One operation; operands that it does not take are ignored. */
export function evaluateOperation(kind: OperationKind, a: number, b: number, c: number): number {
  switch (kind) {
    case 'neg':
    case 'sqrt':
    case 'abs':
    case 'sign':
    case 'exp':
    case 'log':
      return evaluate[kind](a);
    case 'where':
      return evaluate.where(a, b, c);
    default:
      return evaluate[kind](a, b);
  }
}
