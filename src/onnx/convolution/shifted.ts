/**
 * Gradient in the filters as one matrix product for each place of the kernel: dy [O, ·] times the input shifted to that
 * place [·, C]. A shift is a copy of whole rows, and how long the rows are depends on which axes come first; the product
 * does not care. Which order is faster is a matter of the shape.
 */

import type { Formulation } from './formulation.ts';
import { tapsOf } from './taps.ts';

/** The axes of [N, C, H, W] before the channel: height, width, image; or image, height, width. */
type Order = 'HWN' | 'NHW';

const axisOf = { N: 0, H: 2, W: 3 } as const;

export function shifted(order: Order): Formulation<'convFilterGradient'> {
  const axes = Array.from(order, (letter) => axisOf[letter as keyof typeof axisOf]);
  /** The values of N, H and W in this order. */
  const ordered = <T>(n: T, h: T, w: T): T[] => axes.map((axis) => (axis === 0 ? n : axis === 2 ? h : w));
  return {
    applies: (op) => op.groups === 1,
    emit(e, { op, operands: [x, dy], shapes }) {
      const [n, channels, height, width] = shapes[0] as [number, number, number, number];
      const [, outputs, dyHeight, dyWidth] = shapes[1] as [number, number, number, number];
      const [, , kernelHeight, kernelWidth] = op.filterShape as [number, number, number, number];
      const [top, left, bottom, right] = op.padding;
      const places = dyHeight * dyWidth * n;
      const low = [...ordered(0, top, left), 0];
      const high = [...ordered(0, bottom, right), 0];
      const padded = e.pad(e.transpose(x!, [...axes, 1]), low, high);
      const paddedShape = [...ordered(n, height + top + bottom, width + left + right), channels];
      const gradients = e.reshape(e.transpose(dy!, [1, ...axes]), [outputs, places]);
      const taps = tapsOf(op, [kernelHeight, kernelWidth], [dyHeight, dyWidth]).map(({ start, end }) => {
        const shift = e.slice(
          padded,
          paddedShape,
          [...ordered(0, ...start), 0],
          [...ordered(n, ...end), channels],
          [...ordered(1, ...op.stride), 1],
        );
        const product = e.op('Gemm', [gradients, e.reshape(shift, [places, channels])]);
        return e.reshape(product, [outputs, channels, 1]);
      });
      const filters = taps.length === 1 ? taps[0]! : e.op('Concat', taps, { axis: 2 });
      return e.reshape(filters, op.filterShape);
    },
  };
}
