/** Sliding windows: their arithmetic, and the options that describe them. */

import { OptionError } from '../base/errors.ts';
import { checkNumber, checkOneOf } from '../base/options.ts';
import type { Window2d } from './op.ts';

/** Elements that a dilated kernel spans: d (k − 1) + 1. */
export function extent(kernel: number, dilation: number): number {
  return dilation * (kernel - 1) + 1;
}

/** ⌊(n + low + high − extent) / stride⌋ + 1 positions of the window; 0 where it does not fit. */
export function positions(
  size: number,
  kernel: number,
  stride: number,
  dilation: number,
  low: number,
  high: number,
): number {
  const room = size + low + high - extent(kernel, dilation);
  return room < 0 ? 0 : Math.floor(room / stride) + 1;
}

/** Output height and width of a window over an image. */
export function outputSize(
  height: number,
  width: number,
  kernel: readonly [number, number],
  { stride, padding, dilation }: Window2d,
): [number, number] {
  return [
    positions(height, kernel[0], stride[0], dilation[0], padding[0], padding[2]),
    positions(width, kernel[1], stride[1], dilation[1], padding[1], padding[3]),
  ];
}

/** One number for both axes, or [vertical, horizontal]. */
export type Pair = number | readonly [number, number];

export type Padding = Pair | readonly [number, number, number, number] | 'same' | 'valid';

/** Both axes' numbers, checked to be integers from `min` up. */
export function pairOf(place: string, name: string, value: Pair, min: number): [number, number] {
  const check = (part: unknown) => checkNumber(place, name, part, { min, integer: true });
  if (!Array.isArray(value)) return [check(value), check(value)];
  if (value.length !== 2) {
    throw new OptionError('option/length', `${name} has ${value.length} numbers`, {
      place,
      mend: 'Give one number, or [vertical, horizontal].',
    });
  }
  return [check(value[0]), check(value[1])];
}

/** Padding as [top, left, bottom, right]. */
export function paddingOf(
  place: string,
  padding: Padding,
  sizes: readonly [number, number],
  kernel: readonly [number, number],
  stride: readonly [number, number],
  dilation: readonly [number, number],
): [number, number, number, number] {
  if (typeof padding === 'string') {
    if (checkOneOf(place, 'padding', padding, ['same', 'valid']) === 'valid') return [0, 0, 0, 0];
    const total = ([0, 1] as const).map((axis) => {
      const outputs = Math.ceil(sizes[axis] / stride[axis]);
      return Math.max((outputs - 1) * stride[axis] + extent(kernel[axis], dilation[axis]) - sizes[axis], 0);
    });
    const [top, left] = [Math.floor(total[0]! / 2), Math.floor(total[1]! / 2)];
    return [top, left, total[0]! - top, total[1]! - left];
  }
  if (Array.isArray(padding) && padding.length === 4) {
    for (const part of padding) checkNumber(place, 'padding', part, { min: 0, integer: true });
    return [...padding] as [number, number, number, number];
  }
  const [vertical, horizontal] = pairOf(place, 'padding', padding as Pair, 0);
  return [vertical, horizontal, vertical, horizontal];
}
