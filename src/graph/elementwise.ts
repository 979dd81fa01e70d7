/** Functions that work element by element. Operands broadcast as in NumPy; plain numbers are lifted. */

import type { Dtype } from '../base/dtype.ts';
import { broadcast, type Shape } from '../base/shape.ts';
import { emit } from './emit.ts';
import { lift, type Operand } from './leaf.ts';
import type { BinaryKind, UnaryKind } from './op.ts';
import { shapeError } from './shape-error.ts';
import type { Tensor } from './tensor.ts';

const unary =
  (kind: UnaryKind) =>
  (x: Tensor): Tensor =>
    emit({ kind }, [x]);

const binary =
  (kind: BinaryKind, name: string = kind) =>
  (a: Operand, b: Operand): Tensor =>
    emit({ kind }, alike(name, lift(name, [a, b])));

/** −x. */
export const neg = unary('neg');
/** |x|; its derivative at 0 is taken as 0. */
export const abs = unary('abs');
/** −1, 0 or 1. No gradient passes. */
export const sign = unary('sign');
/** The largest integer that is not above x. No gradient passes. */
export const floor = unary('floor');
/** eˣ. */
export const exp = unary('exp');
/** The natural logarithm. */
export const log = unary('log');
/** √x. */
export const sqrt = unary('sqrt');
/** 1 / x. */
export const reciprocal = unary('reciprocal');
/** Of radians. */
export const sin = unary('sin');
/** Of radians. */
export const cos = unary('cos');
/** (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ). */
export const tanh = unary('tanh');
/** 1 / (1 + e⁻ˣ). */
export const sigmoid = unary('sigmoid');
/** log(1 + eˣ), without overflow. */
export const softplus = unary('softplus');
/** 2 / √π ∫₀ˣ exp(−t²) dt. */
export const erf = unary('erf');
/** max(x, 0); its derivative at 0 is taken as 0. */
export const relu = unary('relu');
/** Of booleans. */
export const not = unary('not');
/** x, as a constant of the gradient. */
export const stopGradient = unary('stopGradient');

/** x². */
export function square(x: Tensor): Tensor {
  return emit({ kind: 'mul' }, [x, x]);
}

/** Converts; to an integer by cutting off the fraction, to a boolean as x ≠ 0, from a boolean to 0 and 1. */
export function cast(x: Tensor, dtype: Dtype): Tensor {
  return emit({ kind: 'cast', dtype }, [x]);
}

/** a + b. */
export const add = binary('add');
/** a − b. */
export const sub = binary('sub');
/** a · b, element by element. */
export const mul = binary('mul');
/** a / b; of integers, cut off towards zero. */
export const div = binary('div');
/** aᵇ. */
export const pow = binary('pow');
/** The larger of the two; at a tie each takes half the gradient. The reduction is `max`. */
export const maximum = binary('max', 'maximum');
/** The smaller of the two; at a tie each takes half the gradient. The reduction is `min`. */
export const minimum = binary('min', 'minimum');
/** a = b, as bool. */
export const equal = binary('equal');
/** a < b, as bool. */
export const less = binary('less');
/** a ≤ b, as bool. */
export const lessOrEqual = binary('lessOrEqual');
/** Both, of booleans. */
export const and = binary('and');
/** Either or both, of booleans. */
export const or = binary('or');

/** a ≠ b, as bool. */
export function notEqual(a: Operand, b: Operand): Tensor {
  return not(equal(a, b));
}

/** a > b, as bool. */
export function greater(a: Operand, b: Operand): Tensor {
  return less(b, a);
}

/** a ≥ b, as bool. */
export function greaterOrEqual(a: Operand, b: Operand): Tensor {
  return lessOrEqual(b, a);
}

/** `a` where the condition holds, else `b`. Numbers take the dtype of the other choice, float32 where both are numbers. */
export function where(condition: Tensor, a: Operand, b: Operand): Tensor {
  const [x, y] = chosen(condition, a, b);
  return emit({ kind: 'where' }, alike('where', [condition, x, y]));
}

function chosen(condition: Tensor, a: Operand, b: Operand): [Tensor, Tensor] {
  const plain = (operand: Operand) => typeof operand === 'number' || Array.isArray(operand);
  if (plain(a) && plain(b)) return lift('where', [condition, a, b], 'float32').slice(1) as [Tensor, Tensor];
  return lift('where', [a, b]) as [Tensor, Tensor];
}

/** The tensors, broadcast to one shape. */
function alike(name: string, tensors: readonly Tensor[]): Tensor[] {
  const shape = tensors.reduce<Shape | undefined>(
    (common, tensor) => (common === undefined ? undefined : broadcast(common, tensor.shape)),
    [],
  );
  if (shape === undefined) {
    throw shapeError({
      name,
      problem: 'the shapes do not broadcast',
      operands: tensors,
      scope: tensors[0]!.builder.scope,
      mend: 'Axes are matched from the last; each pair must be equal, or one of them 1.',
    });
  }
  return tensors.map((tensor) => emit({ kind: 'broadcastTo', shape }, [tensor]));
}
