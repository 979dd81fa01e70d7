/**
 * Gradient in the filters as one matrix product for each place of the kernel: dy [O, HWN] times the input shifted to
 * that place [HWN, C]. With height and width as the first axes a shift of the input is a copy of whole rows.
 */

import type { Formulation } from './formulation.ts';
import { tapsOf } from './taps.ts';

export const shifted: Formulation<'convFilterGradient'> = {
  applies: (op) => op.groups === 1,
  emit(e, { op, operands: [x, dy], shapes }) {
    const [n, channels, height, width] = shapes[0] as [number, number, number, number];
    const [, outputs, dyHeight, dyWidth] = shapes[1] as [number, number, number, number];
    const [, , kernelHeight, kernelWidth] = op.filterShape as [number, number, number, number];
    const [top, left, bottom, right] = op.padding;
    const rows = e.transpose(x!, [2, 3, 0, 1]);
    const padded = e.pad(rows, [top, left, 0, 0], [bottom, right, 0, 0]);
    const paddedShape = [height + top + bottom, width + left + right, n, channels];
    const gradients = e.reshape(e.transpose(dy!, [1, 2, 3, 0]), [outputs, dyHeight * dyWidth * n]);
    const taps = tapsOf(op, [kernelHeight, kernelWidth], [dyHeight, dyWidth]).map(({ start, end }) => {
      const shift = e.slice(padded, paddedShape, [...start, 0, 0], [...end, n, channels], [...op.stride, 1, 1]);
      const product = e.op('Gemm', [gradients, e.reshape(shift, [dyHeight * dyWidth * n, channels])]);
      return e.reshape(product, [outputs, channels, 1]);
    });
    const filters = taps.length === 1 ? taps[0]! : e.op('Concat', taps, { axis: 2 });
    return e.reshape(filters, op.filterShape);
  },
};
