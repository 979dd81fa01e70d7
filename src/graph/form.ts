/** Functions that move elements without changing them. */

import { checkOptionNames } from '../base/options.ts';
import { type Shape, showShape, size } from '../base/shape.ts';
import { axesOf, axisOf } from './axis.ts';
import { emit } from './emit.ts';
import { shapeError } from './shape-error.ts';
import type { Tensor } from './tensor.ts';

/** The same elements in the same order; one dimension may be −1, which is then what remains. */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const open = shape.indexOf(-1);
  if (open === -1) return emit({ kind: 'reshape', shape }, [x]);
  const rest = size(shape.toSpliced(open, 1));
  const dimension = size(x.shape) / rest;
  if (!Number.isInteger(dimension)) {
    throw shapeError({
      name: 'reshape',
      problem: `${size(x.shape)} elements do not divide into ${showShape(shape)}`,
      operands: [x],
      scope: x.builder.scope,
    });
  }
  return emit({ kind: 'reshape', shape: shape.with(open, dimension) }, [x]);
}

/** Axis i of the result is axis `permutation[i]` of x; without one, the axes are reversed. */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const order = permutation ?? x.shape.map((_, axis) => x.rank - 1 - axis);
  return emit({ kind: 'transpose', permutation: order.map((axis) => axisOf('transpose', x, axis)) }, [x]);
}

/** Copies along new axes in front and along axes of one element. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  return emit({ kind: 'broadcastTo', shape }, [x]);
}

export interface SliceOptions {
  /** First element on each axis; negative numbers count from the end. Axes that are left out are taken whole. */
  readonly starts: readonly number[];
  /** One past the last. */
  readonly ends: readonly number[];
  /** Distance between the elements that are taken; 1 where not given. */
  readonly steps?: readonly number[];
}

/** Elements start, start + step, … below the end, on every axis: `slice(x, { starts: [0], ends: [10] })`. */
export function slice(x: Tensor, options: SliceOptions): Tensor {
  checkOptionNames('slice', options, ['starts', 'ends', 'steps']);
  const { starts, ends, steps = [] } = options;
  if (starts.length !== ends.length || starts.length > x.rank || steps.length > x.rank) {
    throw shapeError({
      name: 'slice',
      problem: `${starts.length} starts, ${ends.length} ends and ${steps.length} steps`,
      operands: [x],
      scope: x.builder.scope,
      mend: 'Give as many starts as ends, at most one for each axis.',
    });
  }
  const fromEnd = (index: number, dimension: number) => (index < 0 ? index + dimension : index);
  return emit(
    {
      kind: 'slice',
      starts: x.shape.map((d, axis) => fromEnd(starts[axis] ?? 0, d)),
      ends: x.shape.map((d, axis) => fromEnd(ends[axis] ?? d, d)),
      steps: x.shape.map((_, axis) => steps[axis] ?? 1),
    },
    [x],
  );
}

export interface PadOptions {
  /** Elements before the first, on each axis. */
  readonly low: readonly number[];
  /** Elements after the last. */
  readonly high: readonly number[];
  /** Elements between neighbours; 0 where not given. */
  readonly interior?: readonly number[];
  /** What they are; 0 where not given. */
  readonly value?: number;
}

/** Adds elements around and between. */
export function pad(x: Tensor, options: PadOptions): Tensor {
  checkOptionNames('pad', options, ['low', 'high', 'interior', 'value']);
  const { low, high, interior = x.shape.map(() => 0), value = 0 } = options;
  return emit({ kind: 'pad', low, high, interior, value }, [x]);
}

/** Joins along an axis that exists; the other axes must be equal. */
export function concat(tensors: readonly Tensor[], axis: number): Tensor {
  return emit({ kind: 'concat', axis: axisOf('concat', tensors[0]!, axis) }, tensors);
}

/** A new axis of one element, which becomes axis `axis` of the result. */
export function expandDims(x: Tensor, axis: number): Tensor {
  return reshape(x, x.shape.toSpliced(axisOf('expandDims', x, axis, x.rank + 1), 0, 1));
}

/** Drops axes of one element: the given ones, or all there are. */
export function squeeze(x: Tensor, axes?: number | readonly number[]): Tensor {
  const dropped =
    axes === undefined ? x.shape.flatMap((d, axis) => (d === 1 ? [axis] : [])) : axesOf('squeeze', x, axes);
  const wide = dropped.find((axis) => x.shape[axis] !== 1);
  if (wide !== undefined) {
    throw shapeError({
      name: 'squeeze',
      problem: `axis ${wide} has ${x.shape[wide]} elements, not 1`,
      operands: [x],
      scope: x.builder.scope,
    });
  }
  return reshape(
    x,
    x.shape.filter((_, axis) => !dropped.includes(axis)),
  );
}

/** Joins the axes from `fromAxis` on into one: [N, C, H, W] → [N, C · H · W]. */
export function flatten(x: Tensor, fromAxis = 1): Tensor {
  const axis = axisOf('flatten', x, fromAxis, x.rank + 1);
  return reshape(x, [...x.shape.slice(0, axis), size(x.shape.slice(axis))]);
}
