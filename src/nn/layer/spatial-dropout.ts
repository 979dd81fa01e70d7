import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { showShape } from '../../base/shape.ts';
import { cast, mul } from '../../graph/elementwise.ts';
import type { LayerRow } from '../layer.ts';

/** Description of dropout of whole channels. */
export interface SpatialDropout {
  readonly layer: 'spatialDropout';
  readonly name?: string;
  readonly rate: number;
}

const spatialDropoutOptions = {
  rate: number({ min: 0, max: 1, exclusiveMax: true }),
} satisfies OptionSpecs;

/**
 * Zeroes whole channels of each example with probability `rate` in every training step, and divides what is kept by
 * 1 − rate. Neighbouring pixels are alike: where dropout takes one, the others still tell of it. The identity outside of
 * training.
 *
 * x [N, channels, …] → the same. `rate` in [0, 1); 0 drops nothing.
 *
 * @example sequential(conv2d({ channels: 32, kernel: 3 }), relu(), spatialDropout(0.1))
 *
 * Tompson, Goroshin, Jain, LeCun, Bregler, "Efficient object localization using convolutional networks", 2015.
 */
export function spatialDropout(rate: number): SpatialDropout {
  return frozen({ layer: 'spatialDropout', ...readOptions('spatialDropout', spatialDropoutOptions, {}, { rate }) });
}

export const spatialDropoutRow: LayerRow<SpatialDropout> = {
  options: spatialDropoutOptions,
  label: 'dropout',
  read: ({ rate }) => spatialDropout(rate as number),
  apply: ({ rate }, scope, x) => {
    if (x.rank < 3) {
      scope.refuse(
        `its input has shape ${showShape(x.shape)}`,
        'It takes [batch, channels, …] with pixels; use dropout for units.',
      );
    }
    if (!scope.training || rate === 0) return x;
    const shape = x.shape.map((d, axis) => (axis < 2 ? d : 1));
    // The scale joins the mask while that is a number for each channel.
    return mul(x, mul(cast(scope.keepMask('keep', shape, 1 - rate), 'float32'), 1 / (1 - rate)));
  },
};
