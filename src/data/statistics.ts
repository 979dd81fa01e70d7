/** Mean and deviation of each channel, and the normalization that they give. Computed on training data only. */

import { size as elementCount } from '../base/shape.ts';
import { visitBlocks } from './blocks.ts';
import type { Dataset } from './dataset.ts';
import { channelCount, withNormalization } from './normalization.ts';

/** Moments of the inputs of a data set, by channel, after scaling. */
export interface Statistics {
  /** In units after `normalization.scale`, one per channel. */
  readonly mean: readonly number[];
  /** The root of the mean squared distance from the mean (divided by n), same units. */
  readonly deviation: readonly number[];
}

/**
 * Mean and deviation of the inputs, for each index of the first axis of an example (a colour plane, a feature), over all
 * examples and all other axes; two passes in float64.
 */
export function statistics(dataset: Dataset): Statistics {
  const { shape } = dataset.input;
  const { scale } = dataset.normalization;
  const channels = channelCount(shape);
  const width = elementCount(shape);
  const span = width / channels;
  const perChannel = dataset.size * span;

  /** Per channel, the mean of (x − centre) or of its square. */
  const moment = (centre: readonly number[], power: 1 | 2): number[] => {
    const sums = new Float64Array(channels);
    visitBlocks(dataset, (input, _target, _start, count) => {
      for (let row = 0; row < count; row++) {
        for (let channel = 0; channel < channels; channel++) {
          const begin = row * width + channel * span;
          const middle = centre[channel]!;
          let sum = 0;
          for (let i = begin; i < begin + span; i++) {
            const distance = input[i]! * scale - middle;
            sum += power === 1 ? distance : distance * distance;
          }
          sums[channel]! += sum;
        }
      }
    });
    return Array.from(sums, (sum) => sum / perChannel);
  };

  const mean = moment(new Array<number>(channels).fill(0), 1);
  const deviation = moment(mean, 2).map(Math.sqrt);
  return Object.freeze({ mean: Object.freeze(mean), deviation: Object.freeze(deviation) });
}

/**
 * `dataset` normalized to mean 0 and deviation 1 per channel, by the statistics of the training set; hand the same
 * statistics to the validation and test sets. A channel that never changes is only centred.
 *
 * @example
 * const measured = statistics(training);
 * const inputs = { training: standardized(training, measured), test: standardized(test, measured) };
 */
export function standardized(dataset: Dataset, measured: Statistics): Dataset {
  return withNormalization(dataset, {
    scale: dataset.normalization.scale,
    mean: measured.mean,
    deviation: measured.deviation.map((value) => (value === 0 ? 1 : value)),
  });
}
