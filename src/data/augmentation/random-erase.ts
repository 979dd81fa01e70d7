import { frozen } from '../../base/frozen.ts';
import { list, number, type OptionSpecs, readOptions, share, withDefault } from '../../base/option-spec.ts';
import { checkNumber } from '../../base/options.ts';
import type { AugmentationRow } from './augmentation.ts';
import { erase } from './erase.ts';
import { type Fill, fillOf, fillSpec } from './fill.ts';

/** A rectangle of random size that is erased, as data. */
export interface RandomErase {
  readonly augmentation: 'randomErase';
  readonly probability: number;
  readonly area: readonly [least: number, most: number];
  readonly aspect: number;
  readonly fill: Fill;
}

/** Options of `randomErase`. */
export interface RandomEraseOptions {
  readonly probability?: number;
  readonly area?: readonly [least: number, most: number];
  readonly aspect?: number;
  readonly fill?: Fill;
}

const place = 'randomErase';

/** A rectangle that does not fit is drawn anew so often; then the image stays whole (torchvision's number). */
const attempts = 10;

const positiveShare = number({ min: 0, exclusiveMin: true, max: 1 });
const areaSpec = list(positiveShare, 'two parts of the image, the least and the most: [0.02, 0.4]', {
  least: 2,
  most: 2,
});

const randomEraseOptions = {
  probability: withDefault(share, 0.5),
  area: withDefault(areaSpec, [0.02, 0.4]),
  aspect: withDefault(positiveShare, 0.3),
  fill: withDefault(fillSpec, 'mean'),
} satisfies OptionSpecs;

/**
 * With `probability`, a rectangle of random area, shape and place is erased. Its area is uniform between the two parts
 * of the image's in `area`; its height over its width is r, with ln r uniform between ln `aspect` and −ln `aspect`, so that
 * tall and wide are equally likely; its place is any at which it lies in the image.
 *
 * Zhong, Zheng, Kang, Li, Yang, "Random erasing data augmentation", 2017.
 *
 * - `probability` (0 to 1): default 0.5, the paper's.
 * - `area`: two numbers, 0 < least ≤ most ≤ 1. Default [0.02, 0.4], the paper's.
 * - `aspect` (above 0, at most 1): default 0.3, the paper's.
 * - `fill`: default `'mean'`, 0 after normalization, as torchvision's `RandomErasing` on normalized images.
 *
 * ```ts
 * randomErase({ probability: 0.25 });
 * ```
 */
export function randomErase(options: RandomEraseOptions = {}): RandomErase {
  const { area, ...read } = readOptions(place, randomEraseOptions, options);
  const [least, most] = area as readonly [number, number];
  checkNumber(place, 'area[1]', most, { min: least, max: 1 });
  return frozen({ augmentation: place, ...read, area: [least, most] as const });
}

export const randomEraseRow: AugmentationRow<RandomErase> = {
  options: randomEraseOptions,
  read: randomErase,
  draws: 3 + 2 * attempts,
  prepare({ probability, area, aspect, fill }, form) {
    const value = fillOf(place, fill, form);
    const { height, width } = form;
    const [least, most] = area;
    return (values, offset, stream) => {
      if (stream.uniform() >= probability) return;
      for (let attempt = 0; attempt < attempts; attempt++) {
        const pixels = (least + stream.uniform() * (most - least)) * height * width;
        const ratio = aspect ** (1 - 2 * stream.uniform());
        const tall = Math.round(Math.sqrt(pixels * ratio));
        const wide = Math.round(Math.sqrt(pixels / ratio));
        if (tall < 1 || wide < 1 || tall > height || wide > width) continue;
        const top = Math.floor(stream.uniform() * (height - tall + 1));
        const left = Math.floor(stream.uniform() * (width - wide + 1));
        erase(values, offset, form, { top, bottom: top + tall, left, right: left + wide }, value);
        return;
      }
    };
  },
};
