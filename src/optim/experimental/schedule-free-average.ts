/**
 * What Schedule-Free methods share. They speak of three points: z takes the steps, x is the average of z and the model
 * to be used, the gradient is taken at y between them. θ here is x, and the slot `lead` holds z − x: it starts from 0
 * like every slot, θ is at any time what to evaluate and save, and in float32 a small difference keeps its digits.
 */

import { add, div, type Expression, equal, mul, sub, where } from '../../rule/expression.ts';

interface Points {
  /** x, the average. */
  readonly theta: Expression;
  /** z − x. */
  readonly lead: Expression;
}

/** y = (1−β)z + βx, where the gradient is taken. */
export function between({ theta, lead }: Points, β: Expression): Expression {
  return add(theta, mul(sub(1, β), lead));
}

/**
 * z ← z − step; W ← W + weight; x ← x + (weight/W)(z − x). While all weights are 0, as in a warm-up from 0, x stays.
 */
export function averaged(
  { theta, lead, weightSum }: Points & { readonly weightSum: Expression },
  step: Expression,
  weight: Expression,
) {
  const W1 = add(weightSum, weight);
  const c = where(equal(W1, 0), 0, div(weight, W1));
  const ahead = sub(lead, step);
  return { theta: add(theta, mul(c, ahead)), lead: mul(sub(1, c), ahead), weightSum: W1 };
}
