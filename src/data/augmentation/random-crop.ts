import type { HostArray } from '../../base/dtype.ts';
import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { count, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import type { AugmentationRow, ImageForm } from './augmentation.ts';
import { type Fill, fillOf, fillSpec } from './fill.ts';

/** A shift within a border, as data. */
export interface RandomCrop {
  readonly augmentation: 'randomCrop';
  readonly padding: number;
  readonly fill: Fill;
}

/** Options of `randomCrop`. */
export interface RandomCropOptions {
  readonly padding?: number;
  readonly fill?: Fill;
}

const place = 'randomCrop';

const randomCropOptions = {
  padding: withDefault(count, 4),
  fill: withDefault(fillSpec, 0),
} satisfies OptionSpecs;

/**
 * A window of the image's own size out of the image with a border of `padding` pixels around it, each of its
 * (2·padding + 1)² places equally likely: out[y, x] = in[y + dy, x + dx] with dy, dx uniform on {−padding, …, padding}.
 *
 * - `padding`: an integer from 1 to one less than the shorter side. Default 4 (He et al., "Deep residual learning for
 *   image recognition", 2016, section 4.2, for 32×32).
 * - `fill` (default 0, black, as torchvision's `RandomCrop` has it): stored value of the border, one for each channel, or
 *   `'mean'`.
 *
 * ```ts
 * train({ augmentation: [randomCrop({ padding: 4 }), randomFlip()], … })
 * ```
 */
export function randomCrop(options: RandomCropOptions = {}): RandomCrop {
  return frozen({ augmentation: place, ...readOptions(place, randomCropOptions, options) });
}

/** Moves every pixel by (−dy, −dx), in place, and fills what is left free. */
function shift(
  values: HostArray,
  offset: number,
  { channels, height, width }: ImageForm,
  dy: number,
  dx: number,
  fill: readonly number[],
): void {
  const plane = height * width;
  const end = offset + channels * plane;
  const distance = dy * width + dx;
  // All pixels move by the same distance in memory; those that would come from another row or plane are filled after.
  if (distance > 0) values.copyWithin(offset, offset + distance, end);
  else if (distance < 0) values.copyWithin(offset - distance, offset, end + distance);
  const freeRows = Math.abs(dy) * width;
  const firstColumn = dx > 0 ? width - dx : 0;
  const lastColumn = dx > 0 ? width : -dx;
  for (let channel = 0; channel < channels; channel++) {
    const begin = offset + channel * plane;
    const value = fill[channel]!;
    if (dy > 0) values.fill(value, begin + plane - freeRows, begin + plane);
    else if (dy < 0) values.fill(value, begin, begin + freeRows);
    if (dx === 0) continue;
    for (let row = begin; row < begin + plane; row += width) {
      for (let i = row + firstColumn; i < row + lastColumn; i++) values[i] = value;
    }
  }
}

export const randomCropRow: AugmentationRow<RandomCrop> = {
  options: randomCropOptions,
  read: randomCrop,
  draws: 2,
  prepare({ padding, fill }, form) {
    const shorter = Math.min(form.height, form.width);
    if (padding >= shorter) {
      throw new OptionError('option/range', `padding is ${padding} for images of ${form.height}×${form.width}`, {
        place,
        mend: `Give at most ${shorter - 1}.`,
      });
    }
    const border = fillOf(place, fill, form);
    const places = 2 * padding + 1;
    return (values, offset, stream) => {
      const dy = Math.floor(stream.uniform() * places) - padding;
      const dx = Math.floor(stream.uniform() * places) - padding;
      shift(values, offset, form, dy, dx, border);
    };
  },
};
