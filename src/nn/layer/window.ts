/** Options of sliding windows: how users write them, and the padding that they mean for an image of a given size. */

import { list, number, type OptionSpec } from '../../base/option-spec.ts';
import type { Shape } from '../../base/shape.ts';
import type { Scope } from '../layer.ts';

/** Both axes at once, or [height, width]. */
export type PairOption = number | readonly [number, number];

/**
 * Zeros around the image: as many on every side, [vertical, horizontal], [top, left, bottom, right], `'valid'` for none,
 * or `'same'` for as many as give ⌈size / stride⌉ outputs (an odd one at the bottom and right, as TensorFlow and ONNX's
 * SAME_UPPER have it).
 */
export type PaddingOption =
  | number
  | 'same'
  | 'valid'
  | readonly [number, number]
  | readonly [number, number, number, number];

export type Pair = readonly [number, number];
/** As a description holds it. */
export type Padding = 'same' | readonly [number, number, number, number];

/** One integer for both axes, or one for each, of at least `min`. */
export function pair(min = 1): OptionSpec<Pair> {
  const side = number({ integer: true, min });
  const such = 'one number, or [height, width]';
  const sides = list(side, such, { least: 2, most: 2 });
  return {
    read: (place, name, value) => {
      if (typeof value === 'number') {
        const both = side.read(place, name, value);
        return [both, both];
      }
      const [height, width] = sides.read(place, name, value);
      return [height!, width!];
    },
    schema: { anyOf: [side.schema, sides.schema], $comment: such },
  };
}

const paddingSide = number({ integer: true, min: 0 });
const paddingForms = 'a number, [vertical, horizontal], [top, left, bottom, right], "same" or "valid"';
const paddingPair = list(paddingSide, paddingForms, { least: 2, most: 2 });
const paddingSides = list(paddingSide, paddingForms, { least: 4, most: 4 });

/** A `PaddingOption`. */
export const padding: OptionSpec<Padding> = {
  read: (place, name, value) => {
    if (value === 'same') return 'same';
    if (value === 'valid') return [0, 0, 0, 0];
    if (typeof value === 'number') {
      const side = paddingSide.read(place, name, value);
      return [side, side, side, side];
    }
    const four = Array.isArray(value) && value.length === 2 ? [...value, ...value] : value;
    const [top, left, bottom, right] = paddingSides.read(place, name, four);
    return [top!, left!, bottom!, right!];
  },
  schema: {
    anyOf: [paddingSide.schema, { enum: ['same', 'valid'] }, paddingPair.schema, paddingSides.schema],
    $comment: paddingForms,
  },
};

/** What a window would see on one axis. */
function samePadding(size: number, kernel: number, stride: number, dilation: number): [number, number] {
  const outputs = Math.ceil(size / stride);
  const total = Math.max(0, (outputs - 1) * stride + dilation * (kernel - 1) + 1 - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

export interface WindowOptions {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
}

/** The padding in numbers for an image of `shape` [N, C, H, W]; refuses an image that the window does not fit. */
export function paddingFor(scope: Scope, shape: Shape, window: WindowOptions): [number, number, number, number] {
  const { kernel, stride, dilation } = window;
  if (shape.length !== 4) {
    scope.refuse(`its input has shape [${shape.join(', ')}]`, 'It takes images: [batch, channels, height, width].');
  }
  const [height, width] = [shape[2]!, shape[3]!];
  const vertical = samePadding(height, kernel[0], stride[0], dilation[0]);
  const horizontal = samePadding(width, kernel[1], stride[1], dilation[1]);
  const [top, left, bottom, right] =
    window.padding === 'same' ? [vertical[0], horizontal[0], vertical[1], horizontal[1]] : window.padding;
  const extent = [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1] as const;
  const room = [height + top + bottom, width + left + right] as const;
  if (extent[0] > room[0] || extent[1] > room[1]) {
    scope.refuse(
      `its window spans ${extent[0]} × ${extent[1]}, and the padded image is only ${room[0]} × ${room[1]}`,
      'Use a smaller kernel, more padding, or less pooling before it.',
    );
  }
  return [top, left, bottom, right];
}
