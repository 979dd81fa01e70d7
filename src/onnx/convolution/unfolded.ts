/**
 * Gradient in the filters by unfolding the input: for each image, dy [O, HW] times the unfolded image, turned,
 * [HW, KH·KW·C]; then the sum over the images. Neither dy nor the image is reordered, but the unfolded input is as many
 * times larger than the input as the kernel has places.
 */

import type { Shape } from '../../base/shape.ts';
import type { Formulation } from './formulation.ts';
import { tapsOf } from './taps.ts';

/** Elements of the unfolded input, at most (128 MiB); beyond, memory costs more than it saves. */
const MOST_ELEMENTS = 2 ** 25;

export const unfolded: Formulation<'convFilterGradient'> = {
  applies(op, [x, dy]) {
    const [n, , height, width] = dy as [number, number, number, number];
    const places = x![1]! * op.filterShape[2]! * op.filterShape[3]!;
    return op.groups === 1 && n * places * height * width <= MOST_ELEMENTS;
  },
  emit(e, { op, operands: [x, dy], shapes }) {
    const [n, channels, height, width] = shapes[0] as [number, number, number, number];
    const [, outputs, dyHeight, dyWidth] = shapes[1] as [number, number, number, number];
    const [, , kernelHeight, kernelWidth] = op.filterShape as [number, number, number, number];
    const [top, left, bottom, right] = op.padding;
    const padded = e.pad(x!, [0, 0, top, left], [0, 0, bottom, right]);
    const paddedShape: Shape = [n, channels, height + top + bottom, width + left + right];
    const rows = tapsOf(op, [kernelHeight, kernelWidth], [dyHeight, dyWidth]).map(({ start, end }) =>
      e.slice(padded, paddedShape, [0, 0, ...start], [n, channels, ...end], [1, 1, ...op.stride]),
    );
    const stacked = rows.length === 1 ? rows[0]! : e.op('Concat', rows, { axis: 1 });
    const area = dyHeight * dyWidth;
    // The runtime folds this transposition into the product.
    const turned = e.transpose(e.reshape(stacked, [n, rows.length * channels, area]), [0, 2, 1]);
    const products = e.op('MatMul', [e.reshape(dy!, [n, outputs, area]), turned]);
    const sum = e.op('ReduceSum', [products, e.int64([0])], { keepdims: 0 });
    const filters = e.transpose(e.reshape(sum, [outputs, rows.length, channels]), [0, 2, 1]);
    return e.reshape(filters, op.filterShape);
  },
};
