import { frozen } from '../../base/frozen.ts';
import { count, type OptionSpecs, readOptions, share, withDefault } from '../../base/option-spec.ts';
import type { AugmentationRow } from './augmentation.ts';
import { erase } from './erase.ts';
import { type Fill, fillOf, fillSpec } from './fill.ts';

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

const cutoutOptions = {
  size: withDefault(count, 16),
  probability: withDefault(share, 1),
  fill: withDefault(fillSpec, 'mean'),
} satisfies OptionSpecs;

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
  return frozen({ augmentation: place, ...readOptions(place, cutoutOptions, options) });
}

export const cutoutRow: AugmentationRow<Cutout> = {
  options: cutoutOptions,
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
