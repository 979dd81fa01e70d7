import { OptionError, ShapeError } from '../base/errors.ts';
import type { Normalization } from '../base/normalization.ts';
import { checkNumber, checkOptionNames } from '../base/options.ts';
import { showShape } from '../base/shape.ts';
import { add, cast, mul } from '../graph/elementwise.ts';
import { reshape } from '../graph/form.ts';
import { literal } from '../graph/leaf.ts';
import type { Tensor } from '../graph/tensor.ts';

/**
 * Stored values as a model's input: (float32(x) · scale − mean) / deviation, with mean and deviation per channel.
 *
 * x [N, C, …] of any dtype → float32 of the same shape. It is computed as x · (scale / deviation) − mean / deviation, the
 * factors in double precision. Throws a ShapeError where the channels do not fit.
 *
 * @example normalize(images, { scale: 1 / 255, mean: [0.286], deviation: [0.353] })
 */
export function normalize(x: Tensor, normalization: Normalization): Tensor {
  const place = 'normalize';
  checkOptionNames(place, normalization, ['scale', 'mean', 'deviation']);
  const scale = checkNumber(place, 'scale', normalization.scale);
  const { mean = [0], deviation = [1] } = normalization;
  for (const [channel, value] of mean.entries()) checkNumber(place, `mean[${channel}]`, value);
  for (const [channel, value] of deviation.entries()) {
    checkNumber(place, `deviation[${channel}]`, value, { min: 0, exclusiveMin: true });
  }
  const channels = Math.max(mean.length, deviation.length);
  for (const list of [mean, deviation]) {
    if (list.length === 1 || list.length === channels) continue;
    throw new OptionError('option/length', `${mean.length} means and ${deviation.length} deviations are given`, {
      place,
      mend: 'Give one for each channel, or one for all.',
    });
  }
  if (channels > 1 && x.shape[1] !== channels) {
    throw new ShapeError(
      'shape/normalize',
      `normalize: ${channels} channels are described, and the input has shape ${showShape(x.shape)}`,
      { mend: 'Axis 1 of the input is the channel.' },
    );
  }
  const at = (list: readonly number[], channel: number) => list[list.length === 1 ? 0 : channel]!;
  const factors = Array.from({ length: channels }, (_, channel) => scale / at(deviation, channel));
  const offsets = Array.from({ length: channels }, (_, channel) => -at(mean, channel) / at(deviation, channel));
  const perChannel = (values: readonly number[]) => {
    if (values.every((value) => value === values[0])) return values[0]!;
    return reshape(literal(x.builder, values, 'float32'), [1, channels, ...x.shape.slice(2).map(() => 1)]);
  };
  const scaled = mul(cast(x, 'float32'), perChannel(factors));
  return offsets.every((offset) => offset === 0) ? scaled : add(scaled, perChannel(offsets));
}
