/** How stored input becomes float32 input: data, so that it travels with a run and is computed inside the graph. */

import { ShapeError } from '../base/errors.ts';
import type { Normalization } from '../base/normalization.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import { type Shape, showShape } from '../base/shape.ts';
import { type Dataset, describedAs } from './dataset.ts';

export function channelCount(shape: Shape): number {
  return shape[0] ?? 1;
}

/** Refuses what does not fit an example of `shape`; returns a frozen copy. */
export function checkNormalization(place: string, normalization: Normalization, shape: Shape): Normalization {
  checkOptionNames(place, normalization, ['scale', 'mean', 'deviation']);
  const { scale, mean, deviation } = normalization;
  checkNumber(place, 'scale', scale, scale === 0 ? { min: 0, exclusiveMin: true } : {});
  const channels = channelCount(shape);
  for (const [name, values] of Object.entries({ mean, deviation })) {
    if (values === undefined) continue;
    if (values.length !== channels) {
      throw new ShapeError('data/normalization', `${name} has ${values.length} numbers for ${channels} channels`, {
        place,
        mend: `Examples are ${showShape(shape)}: give one number for each index of the first axis.`,
      });
    }
    values.forEach((value, channel) => {
      checkNumber(place, `${name}[${channel}]`, value, name === 'deviation' ? { min: 0, exclusiveMin: true } : {});
    });
  }
  return Object.freeze({
    scale,
    ...(mean === undefined ? {} : { mean: Object.freeze([...mean]) }),
    ...(deviation === undefined ? {} : { deviation: Object.freeze([...deviation]) }),
  });
}

/** The same examples, normalized otherwise: `withNormalization(set, { scale: 1 / 127.5, mean: [1] })` gives [−1, 1]. */
export function withNormalization(dataset: Dataset, normalization: Normalization): Dataset {
  return describedAs(dataset, {
    normalization: checkNormalization('withNormalization', normalization, dataset.input.shape),
  });
}
