/** How stored input becomes float32 input: data, so that it travels with a run and is computed inside the graph. */

import { ShapeError } from '../base/errors.ts';
import { frozen } from '../base/frozen.ts';
import { rangeSchema } from '../base/json-schema.ts';
import type { Normalization } from '../base/normalization.ts';
import { list, nested, number, type OptionSpec, optional, positive } from '../base/option-spec.ts';
import { checkNumber } from '../base/options.ts';
import { type Shape, showShape } from '../base/shape.ts';
import { type Dataset, describedAs } from './dataset.ts';

export function channelCount(shape: Shape): number {
  return shape[0] ?? 1;
}

const scaleSpec: OptionSpec<number> = {
  read: (place, name, value) => checkNumber(place, name, value, value === 0 ? { min: 0, exclusiveMin: true } : {}),
  schema: { ...rangeSchema({}), not: { const: 0 }, $comment: 'a finite number other than 0' },
};
const byChannel = 'a list of numbers, one for each channel';

/** An option that is a normalization; whether it fits the examples, `checkNormalization` tells. */
export const normalizationSpec = nested({
  scale: scaleSpec,
  mean: optional(list(number(), byChannel)),
  deviation: optional(list(positive, byChannel)),
});

/** Refuses what does not fit an example of `shape`; returns a frozen copy. */
export function checkNormalization(place: string, normalization: Normalization, shape: Shape): Normalization {
  const read = normalizationSpec.read(place, place, normalization);
  const channels = channelCount(shape);
  for (const name of ['mean', 'deviation'] as const) {
    const { [name]: values } = read;
    if (values === undefined || values.length === channels) continue;
    throw new ShapeError('data/normalization', `${name} has ${values.length} numbers for ${channels} channels`, {
      place,
      mend: `Examples are ${showShape(shape)}: give one number for each index of the first axis.`,
    });
  }
  return frozen(read);
}

/** The same examples, normalized otherwise: `withNormalization(set, { scale: 1 / 127.5, mean: [1] })` gives [−1, 1]. */
export function withNormalization(dataset: Dataset, normalization: Normalization): Dataset {
  return describedAs(dataset, {
    normalization: checkNormalization('withNormalization', normalization, dataset.input.shape),
  });
}
