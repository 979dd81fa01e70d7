/**
 * Convolution in ONNX Runtime's blocked layout: channels lie in blocks of as many as a vector register holds floats, so
 * that the kernel multiplies registers and gathers nothing. The runtime lays out constant filters so by itself; here the
 * filters are parameters, and the graph lays them out anew in each run, which is little beside the convolution.
 *
 * The operators are the runtime's own (domain `com.microsoft.nchwc`) and the block's width is the machine's: an engine
 * offers these formulations only after it has tried them, and exported models never use them.
 */

import type { Emitter } from '../emitter.ts';
import { blockedDomain } from '../model.ts';
import { flipped, turned } from './flipped.ts';
import type { Formulation } from './formulation.ts';

export type ChannelBlock = 8 | 16;

interface Geometry {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** y = conv(x, w) + bias, with all of it in the blocked layout between two reorderings. */
export function blockedConv(
  e: Emitter,
  block: ChannelBlock,
  x: string,
  w: string,
  filterShape: readonly [number, number, number, number],
  geometry: Geometry,
  bias?: string,
): string {
  const [outputs, inputs, height, width] = filterShape;
  const split = e.reshape(w, [outputs / block, block, inputs / block, block, height, width]);
  const filters = e.reshape(e.transpose(split, [0, 2, 4, 5, 3, 1]), filterShape);
  const image = e.op('ReorderInput', [x], {}, blockedDomain);
  const product = e.op(
    'Conv',
    bias === undefined ? [image, filters] : [image, filters, bias],
    { ...geometry, kernel_shape: [height, width], group: 1 },
    blockedDomain,
  );
  return e.op('ReorderOutput', [product], { channels: outputs }, blockedDomain);
}

type FilterShape = readonly [number, number, number, number];

const wholeBlocks = (block: number, filter: readonly number[]) => filter[0]! % block === 0 && filter[1]! % block === 0;

/** The convolution itself. */
export function blockedDirect(block: ChannelBlock): Formulation<'conv'> {
  return {
    block,
    applies: (op, shapes) => op.groups === 1 && wholeBlocks(block, shapes[1]!),
    emit(e, { op, operands: [x, w], shapes, bias }) {
      const geometry = { strides: op.stride, pads: op.padding, dilations: op.dilation };
      return blockedConv(e, block, x!, w!, shapes[1] as FilterShape, geometry, bias);
    },
  };
}

/** The gradient in the input, as the convolution with turned filters that `flipped` is. */
export function blockedFlipped(block: ChannelBlock): Formulation<'convInputGradient'> {
  return {
    block,
    applies: (op, shapes) => op.groups === 1 && wholeBlocks(block, shapes[0]!) && flipped.applies(op, shapes),
    emit(e, { op, operands: [w, dy], shapes }) {
      const { filters, shape, pads } = turned(e, op, w!, shapes[0] as FilterShape);
      return blockedConv(e, block, dy!, filters, shape, { strides: [1, 1], pads, dilations: op.dilation });
    },
  };
}
