/**
 * Gradient in the filters as `shifted` has it, but in groups of images: for each place of the kernel a batch of products, one
 * for each group, and the sum of the batch. A batch divides among threads, which one product of few rows and columns does not.
 * Where a group is one image, dy need not be reordered.
 */

import type { Formulation } from './formulation.ts';
import { tapsOf } from './taps.ts';

/** `groups` of equal size, or each image by itself. */
export function shiftedInGroups(groups: number | 'each image'): Formulation<'convFilterGradient'> {
  return {
    applies(op, [x]) {
      const images = x![0]!;
      return op.groups === 1 && images > 1 && (groups === 'each image' || (images > groups && images % groups === 0));
    },
    emit(e, { op, operands: [x, dy], shapes }) {
      const [n, channels, height, width] = shapes[0] as [number, number, number, number];
      const [, outputs, dyHeight, dyWidth] = shapes[1] as [number, number, number, number];
      const [, , kernelHeight, kernelWidth] = op.filterShape as [number, number, number, number];
      const [top, left, bottom, right] = op.padding;
      const batch = groups === 'each image' ? n : groups;
      const area = dyHeight * dyWidth;
      const places = (n / batch) * area;
      const padded = e.pad(e.transpose(x!, [0, 2, 3, 1]), [0, top, left, 0], [0, bottom, right, 0]);
      const paddedShape = [n, height + top + bottom, width + left + right, channels];
      const images = batch === n ? dy! : e.transpose(e.reshape(dy!, [batch, n / batch, outputs, area]), [0, 2, 1, 3]);
      const gradients = e.reshape(images, [batch, outputs, places]);
      const taps = tapsOf(op, [kernelHeight, kernelWidth], [dyHeight, dyWidth]).map(({ start, end }) => {
        const shift = e.slice(padded, paddedShape, [0, ...start, 0], [n, ...end, channels], [1, ...op.stride, 1]);
        const products = e.op('MatMul', [gradients, e.reshape(shift, [batch, places, channels])]);
        const sum = e.op('ReduceSum', [products, e.int64([0])], { keepdims: 0 });
        return e.reshape(sum, [outputs, channels, 1]);
      });
      const filters = taps.length === 1 ? taps[0]! : e.op('Concat', taps, { axis: 2 });
      return e.reshape(filters, op.filterShape);
    },
  };
}
