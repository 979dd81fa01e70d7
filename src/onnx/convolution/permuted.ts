/**
 * Gradient in the filters as a convolution over images whose batch and channels are swapped: dy is the filter, stride
 * and dilation change places. With groups, each group's images stand side by side as channels.
 */

import type { Formulation } from './formulation.ts';

export const permuted: Formulation<'convFilterGradient'> = {
  applies: () => true,
  emit(e, { op, operands: [x, dy], shapes }) {
    const [n, channels, height, width] = shapes[0] as [number, number, number, number];
    const [, outputs] = shapes[1]!;
    const { groups } = op;
    const perGroup = channels / groups;
    let images: string;
    if (groups === 1) {
      images = e.transpose(x!, [1, 0, 2, 3]);
    } else {
      const split = e.reshape(x!, [n, groups, perGroup, height, width]);
      images = e.reshape(e.transpose(split, [2, 1, 0, 3, 4]), [perGroup, groups * n, height, width]);
    }
    const filters = e.transpose(dy!, [1, 0, 2, 3]);
    const [, , filterHeight, filterWidth] = op.filterShape as [number, number, number, number];
    const [, , dyHeight, dyWidth] = shapes[1] as [number, number, number, number];
    const [top, left, bottom, right] = op.padding;
    const whole = [
      Math.floor((height + top + bottom - (dyHeight - 1) * op.stride[0] - 1) / op.dilation[0]) + 1,
      Math.floor((width + left + right - (dyWidth - 1) * op.stride[1] - 1) / op.dilation[1]) + 1,
    ];
    const result = e.op('Conv', [images, filters], {
      strides: op.dilation,
      pads: op.padding,
      dilations: op.stride,
      group: groups,
    });
    const shape = [perGroup, outputs!, whole[0]!, whole[1]!];
    const cut = e.slice(result, shape, [0, 0, 0, 0], [perGroup, outputs!, filterHeight, filterWidth]);
    return e.transpose(cut, [1, 0, 2, 3]);
  },
};
