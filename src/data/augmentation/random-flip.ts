import { frozen } from '../../base/frozen.ts';
import { type OptionSpecs, readOptions, share, withDefault } from '../../base/option-spec.ts';
import type { AugmentationRow } from './augmentation.ts';

/** Left and right exchanged, as data. */
export interface RandomFlip {
  readonly augmentation: 'randomFlip';
  readonly probability: number;
}

/** Options of `randomFlip`. */
export interface RandomFlipOptions {
  readonly probability?: number;
}

const place = 'randomFlip';

const randomFlipOptions = {
  probability: withDefault(share, 0.5),
} satisfies OptionSpecs;

/**
 * Left and right exchanged with `probability` (0 to 1, default 0.5): out[y, x] = in[y, width − 1 − x]. Not for images in
 * which the sides mean something, such as digits.
 *
 * Krizhevsky, Sutskever, Hinton, "ImageNet classification with deep convolutional neural networks", 2012, section 4.1.
 *
 * ```ts
 * randomFlip(); // { augmentation: 'randomFlip', probability: 0.5 }
 * ```
 */
export function randomFlip(options: RandomFlipOptions = {}): RandomFlip {
  return frozen({ augmentation: place, ...readOptions(place, randomFlipOptions, options) });
}

export const randomFlipRow: AugmentationRow<RandomFlip> = {
  options: randomFlipOptions,
  read: randomFlip,
  draws: 1,
  prepare({ probability }, { channels, height, width }) {
    const size = channels * height * width;
    return (values, offset, stream) => {
      if (stream.uniform() >= probability) return;
      for (let row = offset; row < offset + size; row += width) {
        for (let left = row, right = row + width - 1; left < right; left++, right--) {
          const pixel = values[left]!;
          values[left] = values[right]!;
          values[right] = pixel;
        }
      }
    };
  },
};
