/** A rectangle of an image, filled; what cutting out and random erasing have in common. */

import type { HostArray } from '../../base/dtype.ts';
import type { ImageForm } from './augmentation.ts';

/** Fills the part of [top, bottom) × [left, right) that lies in the image, in all channels. */
export function erase(
  values: HostArray,
  offset: number,
  { channels, height, width }: ImageForm,
  rectangle: { readonly top: number; readonly bottom: number; readonly left: number; readonly right: number },
  fill: readonly number[],
): void {
  const top = Math.max(0, rectangle.top);
  const bottom = Math.min(height, rectangle.bottom);
  const left = Math.max(0, rectangle.left);
  const right = Math.min(width, rectangle.right);
  for (let channel = 0; channel < channels; channel++) {
    const plane = offset + channel * height * width;
    const value = fill[channel]!;
    for (let y = top; y < bottom; y++) {
      const row = plane + y * width;
      for (let i = row + left; i < row + right; i++) values[i] = value;
    }
  }
}
