/** Pictures brought to one size: each output pixel is an average over the part of the picture that it covers. */

import type { Picture } from './decode-image.ts';

/** How a picture of another shape is brought to the size: its middle, cut out, or all of it, stretched. */
export type Fit = 'crop' | 'stretch';

/** For each output pixel of one axis, the first input pixel that counts, and the weights from it on. */
type AxisWeights = readonly { readonly first: number; readonly weights: readonly number[] }[];

/**
 * Weights along one axis, from the part [begin, begin + extent) of `length` pixels to `size` pixels. Where that shrinks,
 * the share of each pixel in the interval covered (the average over an area); where it enlarges, linear interpolation
 * between the centres of pixels. Weights of one output pixel add up to 1.
 */
function axisWeights(length: number, begin: number, extent: number, size: number): AxisWeights {
  const step = extent / size;
  return Array.from({ length: size }, (_, i) => {
    if (step >= 1) {
      const [from, to] = [begin + i * step, begin + (i + 1) * step];
      const first = Math.min(length - 1, Math.floor(from));
      const last = Math.max(first, Math.min(length - 1, Math.ceil(to) - 1));
      const shares = Array.from({ length: last - first + 1 }, (_, j) => {
        const pixel = first + j;
        return Math.max(0, Math.min(to, pixel + 1) - Math.max(from, pixel));
      });
      const total = shares.reduce((sum, share) => sum + share, 0);
      return { first, weights: total === 0 ? [1] : shares.map((share) => share / total) };
    }
    const centre = Math.min(length - 1, Math.max(0, begin + (i + 0.5) * step - 0.5));
    const first = Math.min(Math.floor(centre), Math.max(0, length - 2));
    const part = centre - first;
    return { first, weights: part === 0 || length === 1 ? [1] : [1 - part, part] };
  });
}

/**
 * `picture` at height × width, as planes [channels, height, width] of bytes from `offset` on in `output`.
 *
 * `'crop'` takes the largest part of the picture's middle that has the shape wanted; `'stretch'` takes all of it. One
 * channel is the brightness 0.299·red + 0.587·green + 0.114·blue (ITU-R BT.601), three are red, green and blue.
 */
export function resizeInto(
  output: Uint8Array,
  offset: number,
  { width, height, rgb }: Picture,
  size: { readonly height: number; readonly width: number },
  channels: 1 | 3,
  fit: Fit,
): void {
  const scale = Math.min(height / size.height, width / size.width);
  const tall = fit === 'crop' ? size.height * scale : height;
  const wide = fit === 'crop' ? size.width * scale : width;
  const rows = axisWeights(height, (height - tall) / 2, tall, size.height);
  const columns = axisWeights(width, (width - wide) / 2, wide, size.width);
  const line = new Float64Array(3 * width);
  const plane = size.height * size.width;
  rows.forEach((row, y) => {
    line.fill(0);
    row.weights.forEach((weight, i) => {
      const begin = 3 * (row.first + i) * width;
      for (let j = 0; j < line.length; j++) line[j]! += weight * rgb[begin + j]!;
    });
    for (let x = 0; x < columns.length; x++) {
      const { first, weights } = columns[x]!;
      let [red, green, blue] = [0, 0, 0];
      for (let i = 0; i < weights.length; i++) {
        const at = 3 * (first + i);
        red += weights[i]! * line[at]!;
        green += weights[i]! * line[at + 1]!;
        blue += weights[i]! * line[at + 2]!;
      }
      const to = offset + y * size.width + x;
      if (channels === 1) {
        output[to] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
      } else {
        output[to] = Math.round(red);
        output[to + plane] = Math.round(green);
        output[to + 2 * plane] = Math.round(blue);
      }
    }
  });
}
