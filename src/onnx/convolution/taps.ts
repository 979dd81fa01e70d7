/** The places of a kernel, each with the part of a padded image that it meets: what unfolding a convolution is made of. */

import type { ConvAttributes } from '../../graph/op.ts';

export interface Tap {
  /** First row and column that the tap meets. */
  readonly start: readonly [number, number];
  /** One past the last. */
  readonly end: readonly [number, number];
}

/** The taps of a kernel in row-major order, for an output of `output` rows and columns. */
export function tapsOf(
  op: ConvAttributes,
  kernel: readonly [number, number],
  output: readonly [number, number],
): Tap[] {
  const [rows, columns] = kernel;
  return Array.from({ length: rows * columns }, (_, k) => {
    const start = [Math.floor(k / columns) * op.dilation[0], (k % columns) * op.dilation[1]] as const;
    const end = [start[0] + (output[0] - 1) * op.stride[0] + 1, start[1] + (output[1] - 1) * op.stride[1] + 1] as const;
    return { start, end };
  });
}
