/**
 * Carries augmentations out on a staged batch, in place. Which draws an image gets is a pure function of (key, step, row
 * of the batch): the same step gives the same pixels, whatever came before it, so that a run resumes anywhere.
 */

import type { HostArray } from '../../base/dtype.ts';
import { ShapeError } from '../../base/errors.ts';
import { fold, type Key, RandomStream } from '../../base/random.ts';
import { showShape } from '../../base/shape.ts';
import type { Dataset } from '../dataset.ts';
import type { Augmentation, ImageForm } from './augmentation.ts';
import { augmentationRow } from './table.ts';

/** Changes the first `length` images of `input`, which are those of step `step` (counted from 0). */
export type Augmenter = (input: HostArray, length: number, step: number) => void;

/** A uniform takes two words of a stream. */
const wordsPerDraw = 2;

function formOf({ name, input, normalization }: Pick<Dataset, 'name' | 'input' | 'normalization'>): ImageForm {
  const { shape, dtype } = input;
  if (shape.length !== 3) {
    throw new ShapeError('data/augmentation', `examples of ${name} have the shape ${showShape(shape)}`, {
      place: 'augmentation',
      mend: 'Only images [channels, height, width] can be cropped, flipped or erased: leave `augmentation` out.',
    });
  }
  const [channels, height, width] = shape as readonly [number, number, number];
  const { scale, mean = [0] } = normalization;
  const background = Array.from({ length: channels }, (_, channel) => {
    const stored = mean[mean.length === 1 ? 0 : channel]! / scale;
    if (dtype === 'float32') return stored;
    const whole = Math.round(stored);
    return dtype === 'uint8' ? Math.min(255, Math.max(0, whole)) : whole;
  });
  return { channels, height, width, dtype, background };
}

/**
 * An augmenter for the images of a data set: each augmentation in turn, on every image by itself.
 *
 * @throws ShapeError where the examples are no images [channels, height, width]; OptionError where an augmentation does
 * not fit their size.
 * @example
 * const augment = createAugmenter([randomCrop(), randomFlip()], training, fold(key(7), 'augmentation'));
 * training.copy(indices, input, target);
 * augment(input, indices.length, step);
 */
export function createAugmenter(
  augmentations: readonly Augmentation[],
  dataset: Pick<Dataset, 'name' | 'input' | 'normalization'>,
  key: Key,
): Augmenter {
  const form = formOf(dataset);
  const size = form.channels * form.height * form.width;
  let words = 0;
  const changes = augmentations.map((augmentation) => {
    const row = augmentationRow(augmentation);
    const at = words;
    words += wordsPerDraw * row.draws;
    return { at, change: row.prepare(augmentation, form) };
  });
  return (input, length, step) => {
    const stream = new RandomStream(fold(key, step));
    for (const { at, change } of changes) {
      for (let i = 0; i < length; i++) {
        stream.position = i * words + at;
        change(input, i * size, stream);
      }
    }
  };
}
