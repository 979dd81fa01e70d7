/** Gradient in the input by ConvTranspose, which is its definition. */

import type { Formulation } from './formulation.ts';

export const transposed: Formulation<'convInputGradient'> = {
  applies: () => true,
  emit(e, { op, operands: [w, dy], shapes }) {
    const [, , kernelHeight, kernelWidth] = shapes[0] as [number, number, number, number];
    const [, , height, width] = shapes[1] as [number, number, number, number];
    const [top, left, bottom, right] = op.padding;
    // Rows and columns of the input that the last window did not reach.
    const remainder = [
      op.inputShape[2]! - ((height - 1) * op.stride[0] + (kernelHeight - 1) * op.dilation[0] + 1 - top - bottom),
      op.inputShape[3]! - ((width - 1) * op.stride[1] + (kernelWidth - 1) * op.dilation[1] + 1 - left - right),
    ];
    return e.op('ConvTranspose', [dy!, w!], {
      strides: op.stride,
      pads: op.padding,
      dilations: op.dilation,
      group: op.groups,
      output_padding: remainder,
    });
  },
};
