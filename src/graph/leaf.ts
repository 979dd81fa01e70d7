/** Tensors that come from no other tensor, and the lifting of plain numbers to them. */

import type { Dtype } from '../base/dtype.ts';
import { GraphError } from '../base/errors.ts';
import type { Shape } from '../base/shape.ts';
import { shapeError } from './shape-error.ts';
import { type Builder, Tensor } from './tensor.ts';

/** Nested lists of numbers, as deep as the tensor has axes. */
export type Nested = number | readonly Nested[];

/** What the tensor functions take: a tensor, or numbers that are lifted to the builder and dtype of the tensor beside them. */
export type Operand = Tensor | Nested;

/** Every element `value`. */
export function fill(builder: Builder, shape: Shape, value: number, dtype: Dtype = 'float32'): Tensor {
  return builder.leaf({ kind: 'fill', value }, { shape, dtype });
}

/** `fill` with the builder, shape and dtype of `x`. */
export function fillLike(x: Tensor, value: number): Tensor {
  return fill(x.builder, x.shape, value, x.dtype);
}

/**
 * A constant tensor of the given numbers: `literal(builder, [[1, 2], [3, 4]])` is float32[2, 2].
 *
 * @throws ShapeError where the lists are ragged.
 */
export function literal(builder: Builder, nested: Nested, dtype: Dtype = 'float32'): Tensor {
  const shape: number[] = [];
  for (let level = nested; typeof level !== 'number'; level = level[0]!) {
    shape.push(level.length);
    if (level.length === 0) break;
  }
  const values: number[] = [];
  const visit = (level: Nested, depth: number): void => {
    if (typeof level === 'number' ? depth !== shape.length : level.length !== shape[depth]) {
      throw shapeError({
        name: 'literal',
        problem: `the nested lists are ragged: not every part fits [${shape.join(', ')}]`,
        operands: [],
        scope: builder.scope,
      });
    }
    if (typeof level === 'number') values.push(level);
    else for (const part of level) visit(part, depth + 1);
  };
  visit(nested, 0);
  if (shape.length === 0) return fill(builder, [], values[0]!, dtype);
  return builder.leaf({ kind: 'literal', values }, { shape, dtype });
}

/** Element i along `axis` is i: 0, 1, 2, … */
export function iota(builder: Builder, shape: Shape, axis: number, dtype: Dtype = 'int32'): Tensor {
  return builder.leaf({ kind: 'iota', axis: axis < 0 ? axis + shape.length : axis }, { shape, dtype });
}

/** The same values as a tensor of its own, to take a gradient at: only what is computed from the alias counts. */
export function alias(x: Tensor): Tensor {
  return x.builder.alias(x);
}

/**
 * The operands as tensors of one builder. Numbers take the dtype of the first tensor among `operands`, unless `dtype`
 * says another.
 *
 * @throws GraphError where there is no tensor to tell the trace.
 */
export function lift(name: string, operands: readonly Operand[], dtype?: Dtype): Tensor[] {
  const known = operands.find((operand) => operand instanceof Tensor);
  if (known === undefined) {
    throw new GraphError('graph/no-tensor', `${name}: none of the operands is a tensor`, {
      mend: 'Pass a tensor of the traced function, or make one with fill or literal.',
    });
  }
  return operands.map((operand) =>
    operand instanceof Tensor ? operand : literal(known.builder, operand, dtype ?? known.dtype),
  );
}
