/** Training and validation sets out of one whose order means something: the end is held out, in one piece. */

import { OptionError } from '../base/errors.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import type { Dataset } from './dataset.ts';
import type { Split } from './split.ts';
import { subset } from './subset.ts';

export interface SplitEndOptions {
  /** Share of the examples that is held out, between 0 and 1; rounded to whole examples. */
  readonly fraction?: number;
  /** Number of examples that are held out. Give this or `fraction`. */
  readonly count?: number;
  /**
   * Examples left out between the two parts, so that they share nothing where examples overlap: ⌈length / stride⌉ − 1 for
   * text. Default 0.
   */
  readonly gap?: number;
}

const place = 'splitEnd';

/**
 * The last examples for validation, those before them for training, each part in its order: for text and other
 * sequences, whose neighbours are too much alike to be told apart by a random draw, and whose order `continuous()` needs.
 *
 * @throws OptionError for unknown options, for neither or both of fraction and count, for a part without examples.
 * @example
 * const { training, validation } = splitEnd(fromText(text, { length: 64 }), { fraction: 0.1 });
 */
export function splitEnd(dataset: Dataset, options: SplitEndOptions): Split {
  checkOptionNames(place, options, ['fraction', 'count', 'gap']);
  const { fraction, count } = options;
  if ((fraction === undefined) === (count === undefined)) {
    throw new OptionError('data/split', 'one of fraction and count is needed, and only one', {
      place,
      mend: 'Give { fraction: 0.1 } or { count: 50 }.',
    });
  }
  const gap = checkNumber(place, 'gap', options.gap ?? 0, { integer: true, min: 0 });
  const range = { min: 0, max: 1, exclusiveMin: true, exclusiveMax: true };
  const held =
    count === undefined
      ? Math.round(checkNumber(place, 'fraction', fraction, range) * dataset.size)
      : checkNumber(place, 'count', count, { integer: true, min: 1 });
  const left = dataset.size - held - gap;
  if (held < 1 || left < 1) {
    const between = gap === 0 ? '' : ` with ${gap} between`;
    throw new OptionError('data/split', `${held} of ${dataset.size} examples held out${between} leave one part empty`, {
      place,
      mend: 'Hold out another number, or give shorter examples.',
    });
  }
  const run = (begin: number, length: number) =>
    subset(
      dataset,
      Uint32Array.from({ length }, (_, i) => begin + i),
    );
  return Object.freeze({ training: run(0, left), validation: run(dataset.size - held, held) });
}
