/**
 * Gradient in the filters as a single matrix product: the input unfolded to one row for each channel and place of the
 * kernel [C·KH·KW, HWN] times dy [HWN, O]. The unfolded input is as many times larger than the input as the kernel has
 * places, so it is for first layers, of few channels.
 */

import type { Formulation } from './formulation.ts';
import { tapsOf } from './taps.ts';

/** Rows of the unfolded input, at most; beyond, `shifted` moves less memory. */
const MOST_ROWS = 160;

export const unfolded: Formulation<'convFilterGradient'> = {
  applies: (op) => op.groups === 1 && op.filterShape.slice(1).reduce((product, n) => product * n, 1) <= MOST_ROWS,
  emit(e, { op, operands: [x, dy], shapes }) {
    const [n, channels, height, width] = shapes[0] as [number, number, number, number];
    const [, outputs, dyHeight, dyWidth] = shapes[1] as [number, number, number, number];
    const [, , kernelHeight, kernelWidth] = op.filterShape as [number, number, number, number];
    const [top, left, bottom, right] = op.padding;
    // Height and width before the images: a shift is then a copy of whole rows.
    const image = e.transpose(x!, [1, 2, 3, 0]);
    const padded = e.pad(image, [0, top, left, 0], [0, bottom, right, 0]);
    const paddedShape = [channels, height + top + bottom, width + left + right, n];
    const places = dyHeight * dyWidth * n;
    const rows = tapsOf(op, [kernelHeight, kernelWidth], [dyHeight, dyWidth]).map(({ start, end }) =>
      e.slice(padded, paddedShape, [0, ...start, 0], [channels, ...end, n], [1, ...op.stride, 1]),
    );
    const stacked = rows.length === 1 ? rows[0]! : e.op('Concat', rows, { axis: 0 });
    const matrix = e.reshape(stacked, [rows.length * channels, places]);
    const gradients = e.reshape(e.transpose(dy!, [2, 3, 0, 1]), [places, outputs]);
    const product = e.reshape(e.op('MatMul', [matrix, gradients]), [rows.length, channels, outputs]);
    return e.reshape(e.transpose(product, [2, 1, 0]), op.filterShape);
  },
};
