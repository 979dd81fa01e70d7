/** From a function of tensors to its derivatives, as functions of tensors: they nest to any order. */

import { GraphError } from '../base/errors.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import { sameShape } from '../base/shape.ts';
import { alias } from '../graph/leaf.ts';
import { dot } from '../graph/linear.ts';
import { shapeError } from '../graph/shape-error.ts';
import type { Tensor } from '../graph/tensor.ts';
import { gradients } from './gradients.ts';

/** A scalar function of tensors. */
export type ScalarFunction<Arguments extends readonly Tensor[]> = (...tensors: Arguments) => Tensor;

export interface GradOptions {
  /** Position of the argument to differentiate by; default 0. */
  readonly argument?: number;
}

/**
 * x ↦ ∇f(x), of the shape of x.
 *
 * @example
 * grad((w: Tensor) => sum(square(w))) // w ↦ 2 w
 * @throws GraphError where f gives no scalar.
 */
export function grad<A extends readonly Tensor[]>(
  f: ScalarFunction<A>,
  options: GradOptions = {},
): (...tensors: A) => Tensor {
  const both = differentiate('grad', f, options);
  return (...tensors) => both(...tensors).gradient;
}

/** x ↦ { value: f(x), gradient: ∇f(x) }. */
export function valueAndGrad<A extends readonly Tensor[]>(
  f: ScalarFunction<A>,
  options: GradOptions = {},
): (...tensors: A) => { readonly value: Tensor; readonly gradient: Tensor } {
  return differentiate('valueAndGrad', f, options);
}

/**
 * (x, …, v) ↦ ∇²f(x)·v, v of the shape of x: the gradient of ∇f(x)·v, so the Hessian itself is never formed.
 *
 * Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6, 1994.
 */
export function hessianVector<A extends readonly Tensor[]>(
  f: ScalarFunction<A>,
  options: GradOptions = {},
): (...tensors: [...A, Tensor]) => Tensor {
  const argument = argumentOf('hessianVector', options);
  return (...all) => {
    const tensors = all.slice(0, -1) as unknown as A;
    const vector = all.at(-1)!;
    const x = tensors[argument];
    if (x !== undefined && !sameShape(x.shape, vector.shape)) {
      throw shapeError({
        name: 'hessianVector',
        problem: 'the vector, which is the last argument, has another shape than the argument',
        operands: [x, vector],
        scope: vector.builder.scope,
      });
    }
    const slope = (...inner: A) => dot(grad(f, { argument })(...inner), vector);
    return grad(slope as ScalarFunction<A>, { argument })(...tensors);
  };
}

function argumentOf(place: string, options: GradOptions): number {
  checkOptionNames(place, options, ['argument']);
  return checkNumber(place, 'argument', options.argument ?? 0, { min: 0, integer: true });
}

function differentiate<A extends readonly Tensor[]>(place: string, f: ScalarFunction<A>, options: GradOptions) {
  const argument = argumentOf(place, options);
  return (...tensors: A) => {
    const x = tensors[argument];
    if (x === undefined) {
      throw new GraphError('gradient/argument', `${place}: there is no argument ${argument}`, {
        mend: `The function was called with ${tensors.length}.`,
      });
    }
    // A node of its own: where f also closes over x, those uses are constants here and variables to an outer gradient.
    const own = alias(x);
    const value = f(...(tensors.with(argument, own) as unknown as A));
    return { value, gradient: gradients(value, [own])[0]! };
  };
}
