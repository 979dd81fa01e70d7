import { checkNumber, checkOptionNames } from '../../base/options.ts';
import type { AugmentationRow } from './augmentation.ts';
import { erase } from './erase.ts';
import { checkFill, type Fill, fillOf } from './fill.ts';

/** A square that is erased, as data. */
export interface Cutout {
  readonly augmentation: 'cutout';
  readonly size: number;
  readonly probability: number;
  readonly fill: Fill;
}

/** Options of `cutout`. */
export interface CutoutOptions {
  readonly size?: number;
  readonly probability?: number;
  readonly fill?: Fill;
}

const place = 'cutout';

/**
 * A square is erased whose centre is any pixel of the image, each equally likely; what of it lies outside has no effect:
 * rows cy − ⌊size/2⌋ to cy − ⌊size/2⌋ + size − 1, columns likewise.
 *
 * DeVries, Taylor, "Improved regularization of convolutional neural networks with cutout", 2017.
 *
 * - `size`: side of the square, an integer from 1. Default 16 (the paper's for CIFAR-10; 8 for CIFAR-100).
 * - `probability` (0 to 1, default 1, the paper's).
 * - `fill` (default `'mean'`, the paper's: 0 after normalization).
 *
 * ```ts
 * cutout({ size: 8 }); // { augmentation: 'cutout', size: 8, probability: 1, fill: 'mean' }
 * ```
 */
export function cutout(options: CutoutOptions = {}): Cutout {
  checkOptionNames(place, options, ['size', 'probability', 'fill']);
  return Object.freeze({
    augmentation: place,
    size: checkNumber(place, 'size', options.size ?? 16, { integer: true, min: 1 }),
    probability: checkNumber(place, 'probability', options.probability ?? 1, { min: 0, max: 1 }),
    fill: checkFill(place, options.fill ?? 'mean'),
  });
}

export const cutoutRow: AugmentationRow<Cutout> = {
  read: cutout,
  draws: 3,
  prepare({ size, probability, fill }, form) {
    const value = fillOf(place, fill, form);
    return (values, offset, stream) => {
      if (stream.uniform() >= probability) return;
      const top = Math.floor(stream.uniform() * form.height) - (size >> 1);
      const left = Math.floor(stream.uniform() * form.width) - (size >> 1);
      erase(values, offset, form, { top, bottom: top + size, left, right: left + size }, value);
    };
  },
};
