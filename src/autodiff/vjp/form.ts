/** Gradients of moves (moves back, and sums where elements were copied) and of reductions. */

import type { Shape } from '../../base/shape.ts';
import { cast, div, equal, exp, mul, sub, where } from '../../graph/elementwise.ts';
import { broadcastTo, pad, reshape, slice, transpose } from '../../graph/form.ts';
import { fill } from '../../graph/leaf.ts';
import { sum } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { constant, type VjpRows } from './row.ts';

/** The adjoint of broadcasting: one sum over every axis that was copied. */
function sumTo(g: Tensor, shape: Shape): Tensor {
  const added = g.rank - shape.length;
  const copied = g.shape.flatMap((d, axis) => (axis < added || shape[axis - added] !== d ? [axis] : []));
  return reshape(sum(g, copied), shape);
}

/** A reduced tensor copied back over the axes that were reduced. */
function spread(x: Tensor, { axes, keepDims }: { axes: readonly number[]; keepDims: boolean }, shape: Shape): Tensor {
  // Without the leading axes the rest still lines up from the last axis: no reshape is needed.
  if (keepDims || axes.every((axis, i) => axis === i)) return broadcastTo(x, shape);
  const ones = shape.map((d, axis) => (axes.includes(axis) ? 1 : d));
  return broadcastTo(reshape(x, ones), shape);
}

export const formVjp: VjpRows<
  | 'reshape'
  | 'transpose'
  | 'broadcastTo'
  | 'slice'
  | 'pad'
  | 'concat'
  | 'sum'
  | 'reduceMax'
  | 'argMax'
  | 'softmax'
  | 'logSoftmax'
> = {
  reshape: [({ operands: [x], g }) => reshape(g, x!.shape)],
  transpose: [
    ({ op, g }) => {
      const inverse = op.permutation.map((_, axis) => op.permutation.indexOf(axis));
      return transpose(g, inverse);
    },
  ],
  broadcastTo: [({ operands: [x], g }) => sumTo(g, x!.shape)],
  slice: [
    ({ op, operands: [x], g }) => {
      if (g.shape.includes(0)) return fill(x!.builder, x!.shape, 0);
      const covered = g.shape.map((n, axis) => op.starts[axis]! + (n - 1) * op.steps[axis]! + 1);
      return pad(g, {
        low: op.starts,
        high: x!.shape.map((d, axis) => d - covered[axis]!),
        interior: op.steps.map((step) => step - 1),
      });
    },
  ],
  pad: [
    ({ op, operands: [x], g }) => {
      if (x!.shape.includes(0)) return fill(x!.builder, x!.shape, 0);
      return slice(g, {
        starts: op.low,
        ends: x!.shape.map((d, axis) => op.low[axis]! + (d - 1) * (op.interior[axis]! + 1) + 1),
        steps: op.interior.map((between) => between + 1),
      });
    },
  ],
  concat: ({ op, operands, g }, index) => {
    const start = operands.slice(0, index).reduce((total, x) => total + x.shape[op.axis]!, 0);
    const end = start + operands[index]!.shape[op.axis]!;
    return slice(g, {
      starts: g.shape.map((_, axis) => (axis === op.axis ? start : 0)),
      ends: g.shape.map((d, axis) => (axis === op.axis ? end : d)),
    });
  },
  sum: [({ op, operands: [x], g }) => spread(g, op, x!.shape)],
  // Elements that tie for the maximum share g equally.
  reduceMax: [
    ({ op, operands: [x], y, g }) => {
      const winner = equal(x!, spread(y, op, x!.shape));
      const winners = sum(cast(winner, 'float32'), op.axes, { keepDims: op.keepDims });
      return where(winner, spread(div(g, winners), op, x!.shape), 0);
    },
  ],
  argMax: constant('gives integers'),
  softmax: [
    ({ op, y, g }) => {
      const inner = sum(mul(g, y), op.axis, { keepDims: true });
      return mul(y, sub(g, inner));
    },
  ],
  logSoftmax: [
    ({ op, y, g }) => {
      const total = sum(g, op.axis, { keepDims: true });
      return sub(g, mul(exp(y), total));
    },
  ],
};
