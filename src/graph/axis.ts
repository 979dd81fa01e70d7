/** Axes as callers give them: negative ones count from the end, none means all. */

import { normalizeAxis } from '../base/shape.ts';
import { shapeError } from './shape-error.ts';
import type { Tensor } from './tensor.ts';

/** Axes of a tensor: one, several, or all where absent; negative ones count from the end. */
export type Axes = number | readonly number[];

/** The axis as a number from 0 to `rank` − 1. */
export function axisOf(name: string, x: Tensor, axis: number, rank = x.rank): number {
  const positive = normalizeAxis(axis, rank);
  if (positive === undefined) {
    throw shapeError({
      name,
      problem: `axis ${axis} is out of range`,
      operands: [x],
      scope: x.builder.scope,
      mend: rank === 0 ? 'A scalar has no axes.' : `Give an integer from ${-rank} to ${rank - 1}.`,
    });
  }
  return positive;
}

/** Sorted axes, each once. */
export function axesOf(name: string, x: Tensor, axes: Axes | undefined): number[] {
  if (axes === undefined) return x.shape.map((_, axis) => axis);
  const list = (typeof axes === 'number' ? [axes] : axes).map((axis) => axisOf(name, x, axis));
  const sorted = [...new Set(list)].sort((a, b) => a - b);
  if (sorted.length !== list.length) {
    throw shapeError({
      name,
      problem: `an axis of [${list.join(', ')}] repeats`,
      operands: [x],
      scope: x.builder.scope,
    });
  }
  return sorted;
}
