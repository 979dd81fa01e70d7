/** Picking elements by int32 indices, and adding to where they came from. Indices must be in range. */

import { axisOf } from './axis.ts';
import { cast, equal } from './elementwise.ts';
import { emit } from './emit.ts';
import { expandDims } from './form.ts';
import { iota } from './leaf.ts';
import type { Tensor } from './tensor.ts';

/** x with `axis` replaced by the axes of `indices`: rows of a table, `gather(embedding, words, 0)`. */
export function gather(x: Tensor, indices: Tensor, axis = 0): Tensor {
  return emit({ kind: 'gather', axis: axisOf('gather', x, axis) }, [x, indices]);
}

/** Zeros of `size` along `axis`, with `updates` added at the indices: the adjoint of `gather`. */
export function scatterAdd(indices: Tensor, updates: Tensor, axis: number, size: number): Tensor {
  return emit({ kind: 'scatterAdd', axis, size }, [indices, updates]);
}

/** One element of x along `axis` for each index; the other axes of x and `indices` are equal (GatherElements). */
export function takeAlong(x: Tensor, indices: Tensor, axis = -1): Tensor {
  return emit({ kind: 'takeAlong', axis: axisOf('takeAlong', x, axis) }, [x, indices]);
}

/** Zeros of `size` along `axis`, with `updates` added at the indices: the adjoint of `takeAlong`. */
export function putAlong(indices: Tensor, updates: Tensor, axis: number, size: number): Tensor {
  return emit({ kind: 'putAlong', axis: axisOf('putAlong', updates, axis), size }, [indices, updates]);
}

/** A last axis of `depth` elements, 1 at the index and 0 elsewhere (float32). An index out of range gives zeros. */
export function oneHot(indices: Tensor, depth: number): Tensor {
  const columns = iota(indices.builder, [...indices.shape.map(() => 1), depth], -1, indices.dtype);
  return cast(equal(expandDims(indices, -1), columns), 'float32');
}
