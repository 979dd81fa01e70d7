/**
 * Gradient in the input as a convolution of the output's gradient with the filters turned by 180° and their input and
 * output channels swapped. Strides other than 1 would need zeros between the elements of dy, and are left to
 * `transposed`; so is padding beyond the kernel.
 */

import type { Shape } from '../../base/shape.ts';
import type { Emitter } from '../emitter.ts';
import type { ConvolutionOp, Formulation } from './formulation.ts';

export const flipped: Formulation<'convInputGradient'> = {
  applies(op, [w]) {
    const reach = [(w![2]! - 1) * op.dilation[0], (w![3]! - 1) * op.dilation[1]];
    return op.stride.every((s) => s === 1) && op.padding.every((p, side) => p <= reach[side % 2]!);
  },
  emit(e, { op, operands: [w, dy], shapes }) {
    const { filters, pads } = turned(e, op, w!, shapes[0]!);
    return e.op('Conv', [dy!, filters], { strides: [1, 1], pads, dilations: op.dilation, group: op.groups });
  },
};

/** The filters turned by 180°, input and output channels swapped, and the padding that goes with them. */
export function turned(e: Emitter, op: ConvolutionOp<'convInputGradient'>, w: string, filterShape: Shape) {
  const [outputs, inputsPerGroup, height, width] = filterShape as [number, number, number, number];
  const reach = [(height - 1) * op.dilation[0], (width - 1) * op.dilation[1]];
  const area = height * width;
  const outputsPerGroup = outputs / op.groups;
  const split = e.reshape(w, [op.groups, outputsPerGroup, inputsPerGroup, area]);
  const swapped = e.transpose(reversedLast(e, split, area), [0, 2, 1, 3]);
  const shape = [op.groups * inputsPerGroup, outputsPerGroup, height, width] as const;
  const filters = e.reshape(swapped, shape);
  return { filters, shape, pads: op.padding.map((p, side) => reach[side % 2]! - p) };
}

/** A filter read backwards, row-major, is the filter turned by 180°. */
function reversedLast(e: Emitter, x: string, length: number): string {
  if (length === 1) return x;
  const order = e.int64(Array.from({ length }, (_, i) => length - 1 - i));
  return e.op('Gather', [x, order], { axis: 3 });
}
