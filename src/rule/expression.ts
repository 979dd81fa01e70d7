/**
 * The rule language: symbolic scalars. A rule is written once over them, for one element of one parameter, and every
 * executor lowers the same expressions. A scalar that depends only on hyper-parameters and the step is *uniform*: it is
 * computed once per step in float64, not once per element.
 */

export type UnaryKind = 'neg' | 'sqrt' | 'abs' | 'sign';
export type BinaryKind = 'add' | 'sub' | 'mul' | 'div' | 'min' | 'max';
export type ComparisonKind = 'less' | 'lessOrEqual' | 'equal';
/** What an element may be computed with. */
export type ElementKind = UnaryKind | BinaryKind | ComparisonKind | 'where';
/** What only uniform scalars may be computed with: no SIMD instruction does these. */
export type UniformKind = 'pow' | 'exp' | 'log';
export type OperationKind = ElementKind | UniformKind;

/** A number: of one element, or uniform. */
export type Expression =
  | { readonly kind: 'constant'; readonly value: number; readonly uniform: true }
  /** A hyper-parameter, `step` or `gradientScale`. */
  | { readonly kind: 'input'; readonly name: string; readonly uniform: true }
  /** The element's own value in a region of the arena: `theta`, `gradient` or a slot. */
  | { readonly kind: 'element'; readonly name: string; readonly uniform: false }
  | {
      readonly kind: Exclude<OperationKind, ComparisonKind>;
      readonly operands: readonly (Expression | Condition)[];
      readonly uniform: boolean;
    }
  /** What takes in all elements of a parameter: a number of the parameter (`norm`), or another matrix of its shape. */
  | { readonly kind: 'norm'; readonly operands: readonly [Expression]; readonly uniform: true }
  | { readonly kind: 'orthogonalize'; readonly operands: readonly [Expression]; readonly uniform: false };

/** The outcome of a comparison, to be used in `where`. */
export interface Condition {
  readonly kind: ComparisonKind;
  readonly operands: readonly Expression[];
  readonly uniform: boolean;
}

export type Operand = Expression | number;

/** A number that the rule itself fixes; a plain number as an operand does the same. */
export function constant(value: number): Expression {
  return { kind: 'constant', value, uniform: true };
}

/** A hyper-parameter, `step` or `gradientScale`, by its name. */
export function input(name: string): Expression {
  return { kind: 'input', name, uniform: true };
}

/** The element's value in a region, by its name. */
export function element(name: string): Expression {
  return { kind: 'element', name, uniform: false };
}

const lift = (operand: Operand): Expression => (typeof operand === 'number' ? constant(operand) : operand);

/** An operation on operands of the right number; the named functions below are the way to write it. */
export function operation<K extends OperationKind>(kind: K, operands: readonly (Expression | Condition)[]) {
  const uniform = operands.every((operand) => operand.uniform);
  return { kind, operands, uniform } as K extends ComparisonKind ? Condition : Expression;
}

const unary = (kind: UnaryKind | 'exp' | 'log') => (a: Operand) => operation(kind, [lift(a)]);
const binary = (kind: BinaryKind | 'pow') => (a: Operand, b: Operand) => operation(kind, [lift(a), lift(b)]);
const comparison = (kind: ComparisonKind) => (a: Operand, b: Operand) => operation(kind, [lift(a), lift(b)]);

/** −a. */
export const neg = unary('neg');
/** The square root. */
export const sqrt = unary('sqrt');
/** |a|. */
export const abs = unary('abs');
/** −1, 0 or 1; NaN for NaN. */
export const sign = unary('sign');
/** a + b. */
export const add = binary('add');
/** a − b. */
export const sub = binary('sub');
/** a · b. */
export const mul = binary('mul');
/** a / b. */
export const div = binary('div');
/** The smaller of two; NaN where either is. */
export const min = binary('min');
/** The larger of two; NaN where either is. */
export const max = binary('max');
/** a to the power b, of uniform scalars only: `pow(beta1, step)`. */
export const pow = binary('pow');
/** eᵃ, of a uniform scalar only. */
export const exp = unary('exp');
/** The natural logarithm, of a uniform scalar only. */
export const log = unary('log');
/** a < b. */
export const less = comparison('less');
/** a ≤ b. */
export const lessOrEqual = comparison('lessOrEqual');
/** a = b. */
export const equal = comparison('equal');

/** a², each operand computed once. */
export function square(a: Operand): Expression {
  return mul(a, a);
}

/** a where the condition holds, else b; both are computed. */
export function where(condition: Condition, a: Operand, b: Operand): Expression {
  return operation('where', [condition, lift(a), lift(b)]);
}

/**
 * ‖a‖ = √Σa² over all elements of the parameter that the rule is at: one number for the parameter, to be used like a
 * uniform scalar. What it is of is computed in a pass of its own, before the update.
 */
export function norm(a: Expression): Expression {
  return { kind: 'norm', operands: [a], uniform: true };
}

/**
 * The parameter's elements as a matrix (the first axis by all others), made nearly orthogonal: singular values between
 * about 0.7 and 1.2, singular vectors as they were (five Newton–Schulz steps, see `newtonSchulz`). 0 where the parameter
 * is no matrix; the uniform `isMatrix` tells.
 */
export function orthogonalize(a: Expression): Expression {
  return { kind: 'orthogonalize', operands: [a], uniform: false };
}

const formats = {
  neg: (a) => `-${a}`,
  sqrt: (a) => `sqrt(${a})`,
  abs: (a) => `abs(${a})`,
  sign: (a) => `sign(${a})`,
  add: (a, b) => `(${a} + ${b})`,
  sub: (a, b) => `(${a} - ${b})`,
  mul: (a, b) => `${a} * ${b}`,
  div: (a, b) => `${a} / (${b})`,
  min: (a, b) => `min(${a}, ${b})`,
  max: (a, b) => `max(${a}, ${b})`,
  pow: (a, b) => `pow(${a}, ${b})`,
  exp: (a) => `exp(${a})`,
  log: (a) => `log(${a})`,
  less: (a, b) => `${a} < ${b}`,
  lessOrEqual: (a, b) => `${a} <= ${b}`,
  equal: (a, b) => `${a} == ${b}`,
  where: (a, b, c) => `(${a} ? ${b} : ${c})`,
  norm: (a) => `norm(${a})`,
  orthogonalize: (a) => `orthogonalize(${a})`,
} satisfies Record<OperationKind | 'norm' | 'orthogonalize', (a: string, b: string, c: string) => string>;

/** As people write it: `learningRate / ((1 - pow(beta1, step)))`. */
export function show(expression: Expression | Condition): string {
  switch (expression.kind) {
    case 'constant':
      return String(expression.value);
    case 'input':
    case 'element':
      return expression.name;
    default: {
      const [a = '', b = '', c = ''] = expression.operands.map(show);
      return formats[expression.kind](a, b, c);
    }
  }
}
