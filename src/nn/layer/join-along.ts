import { normalizeAxis, showShape } from '../../base/shape.ts';
import { concat } from '../../graph/form.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Scope } from '../layer.ts';

/** Tensors beside each other along `axis`; the layer refuses those whose other axes differ. */
export function joinAlong(scope: Scope, tensors: readonly Tensor[], axis: number): Tensor {
  const [{ rank, shape }] = tensors as readonly [Tensor, ...Tensor[]];
  const along = normalizeAxis(axis, rank);
  const fit = (each: Tensor) =>
    each.rank === rank && each.shape.every((d, i) => i === along || d === shape[i]) && along !== 0;
  if (along === undefined || !tensors.every(fit)) {
    scope.refuse(
      `shapes ${tensors.map((each) => showShape(each.shape)).join(', ')} do not join along axis ${axis}`,
      'All axes but that one must be equal, and it is not that of the batch.',
    );
  }
  return concat(tensors, along);
}
