/**
 * Moves work from elements to uniform scalars: a division by a uniform becomes a product with its reciprocal, and
 * uniform factors meet in one. Written as in the paper, Adam divides each element three times; simplified, once.
 * Exact in real arithmetic; in floating point the results move by a rounding or two.
 */

import { evaluateOperation } from './evaluate.ts';
import { type Condition, constant, div, type Expression, mul, neg, operation } from './expression.ts';

type Any = Expression | Condition;

/** The expression with uniform work gathered; shared operands stay shared. */
export function simplify(expression: Expression, memory = new Map<Any, Any>()): Expression {
  return simplifyAny(expression, memory) as Expression;
}

function simplifyAny(expression: Any, memory: Map<Any, Any>): Any {
  const known = memory.get(expression);
  if (known !== undefined) return known;
  const result = rewrite(expression, memory);
  memory.set(expression, result);
  return result;
}

function rewrite(expression: Any, memory: Map<Any, Any>): Any {
  // What takes in a whole parameter is a stage of its own, simplified there.
  if (!('operands' in expression) || isWhole(expression)) return expression;
  const operands = expression.operands.map((operand) => simplifyAny(operand, memory));
  if (operands.every((operand) => operand.kind === 'constant')) {
    const [a = 0, b = 0, c = 0] = operands.map((operand) => (operand as { value: number }).value);
    const isCondition = ['less', 'lessOrEqual', 'equal'].includes(expression.kind);
    if (!isCondition) return constant(evaluateOperation(expression.kind, a, b, c));
  }
  const [a, b] = operands as [Expression, Expression];
  switch (expression.kind) {
    case 'mul':
      return product(a, b);
    case 'div':
      return b.uniform && !a.uniform ? product(div(1, b), a) : operation('div', operands);
    case 'neg':
      return a.kind === 'mul' && !a.uniform && a.operands[0]!.uniform
        ? product(neg(a.operands[0] as Expression), a.operands[1] as Expression)
        : operation('neg', operands);
    default:
      return operation(expression.kind, operands);
  }
}

function isWhole(expression: Any): expression is Extract<Any, { kind: 'norm' | 'orthogonalize' }> {
  return expression.kind === 'norm' || expression.kind === 'orthogonalize';
}

/** a·b with the uniform factor, where there is one, in front and joined with the one inside the other factor. */
function product(a: Expression, b: Expression): Expression {
  const [factor, rest] = b.uniform ? [b, a] : [a, b];
  if (!factor.uniform || rest.uniform) return mul(a, b);
  if (factor.kind === 'constant' && factor.value === 1) return rest;
  if (rest.kind === 'mul' && rest.operands[0]!.uniform) {
    return product(mul(factor, rest.operands[0] as Expression), rest.operands[1] as Expression);
  }
  if (rest.kind === 'div') {
    return div(product(factor, rest.operands[0] as Expression), rest.operands[1] as Expression);
  }
  return mul(factor, rest);
}
