/**
 * Initializers that keep the variance of the signal through the layers: Var(w) = factor / n, where n is what a layer sums
 * forward (`fanIn`), backward (`fanOut`), or their mean. The named members of the family are only such descriptions.
 */

import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, oneOf, readOptions, withDefault } from '../../base/option-spec.ts';
import type { Fan, InitializerRow } from './initializer.ts';
import { deviationWithinTwo, drawWithinTwo } from './truncated-normal.ts';

/** Which number of connections the variance is divided by. */
export type FanMode = 'fanIn' | 'fanOut' | 'fanAverage';
/** The distribution that is given the variance. */
export type FanDistribution = 'normal' | 'uniform' | 'truncatedNormal';

export interface VarianceScaling {
  readonly initializer: 'varianceScaling';
  readonly factor: number;
  readonly mode: FanMode;
  readonly distribution: FanDistribution;
}

export interface VarianceScalingOptions {
  /** At least 0. Default 1. A gain (PyTorch's word) of c is a factor of c²: 25/9 for tanh, say. */
  readonly factor?: number;
  /** Default `'fanIn'`: the variance of the signal is kept on its way forward. */
  readonly mode?: FanMode;
  /** Default `'normal'`. `'truncatedNormal'` is cut at two deviations, with the deviation corrected for the cut. */
  readonly distribution?: FanDistribution;
}

const varianceScalingOptions = {
  factor: withDefault(number({ min: 0 }), 1),
  mode: withDefault(oneOf(['fanIn', 'fanOut', 'fanAverage']), 'fanIn'),
  distribution: withDefault(oneOf(['normal', 'uniform', 'truncatedNormal']), 'normal'),
} satisfies OptionSpecs;

/**
 * Random weights of mean 0 and variance factor / n, with n by `mode`; bounds ±√(3 · factor / n) where uniform.
 *
 * For layers that sum many inputs, so that neither the signal nor the gradient vanishes or explodes with depth.
 *
 * @example dense(64, { weightInitializer: varianceScaling({ factor: 2, distribution: 'truncatedNormal' }) })
 */
export function varianceScaling(options: VarianceScalingOptions = {}): VarianceScaling {
  return frozen({ initializer: 'varianceScaling', ...readOptions('varianceScaling', varianceScalingOptions, options) });
}

/** Variance 1 / fanIn, normal. LeCun, Bottou, Orr, Müller, "Efficient BackProp", 1998. */
export function lecunNormal(): VarianceScaling {
  return varianceScaling({ factor: 1, mode: 'fanIn', distribution: 'normal' });
}

/** Uniform within ±√(3 / fanIn): variance 1 / fanIn. LeCun, Bottou, Orr, Müller, "Efficient BackProp", 1998. */
export function lecunUniform(): VarianceScaling {
  return varianceScaling({ factor: 1, mode: 'fanIn', distribution: 'uniform' });
}

/**
 * Variance 2 / (fanIn + fanOut), normal; for tanh and other units that are near the identity around 0. Glorot, Bengio,
 * "Understanding the difficulty of training deep feedforward neural networks", 2010.
 */
export function xavierNormal(): VarianceScaling {
  return varianceScaling({ factor: 1, mode: 'fanAverage', distribution: 'normal' });
}

/** Uniform within ±√(6 / (fanIn + fanOut)): variance 2 / (fanIn + fanOut). Glorot, Bengio, 2010. */
export function xavierUniform(): VarianceScaling {
  return varianceScaling({ factor: 1, mode: 'fanAverage', distribution: 'uniform' });
}

/**
 * Variance 2 / fanIn, normal; for ReLU, which is off half the time and so halves the second moment. He, Zhang, Ren, Sun,
 * "Delving deep into rectifiers", 2015.
 */
export function heNormal(): VarianceScaling {
  return varianceScaling({ factor: 2, mode: 'fanIn', distribution: 'normal' });
}

/** Uniform within ±√(6 / fanIn): variance 2 / fanIn. He, Zhang, Ren, Sun, 2015. */
export function heUniform(): VarianceScaling {
  return varianceScaling({ factor: 2, mode: 'fanIn', distribution: 'uniform' });
}

/**
 * Uniform within ±1/√fanIn: variance 1 / (3 · fanIn), a sixth of He's. What PyTorch gives weights *and biases* of its
 * linear and convolutional layers where nothing else is asked for.
 */
export function rootFanInUniform(): VarianceScaling {
  return varianceScaling({ factor: 1 / 3, mode: 'fanIn', distribution: 'uniform' });
}

function fanOf({ mode }: VarianceScaling, { fanIn, fanOut }: Fan): number {
  switch (mode) {
    case 'fanIn':
      return fanIn;
    case 'fanOut':
      return fanOut;
    case 'fanAverage':
      return (fanIn + fanOut) / 2;
  }
}

export const varianceScalingRow: InitializerRow<VarianceScaling> = {
  options: varianceScalingOptions,
  usesFan: true,
  read: (options) => varianceScaling(options),
  fill: (initializer, values, _shape, fan, stream) => {
    const variance = initializer.factor / Math.max(1, fanOf(initializer, fan));
    const deviation = Math.sqrt(variance);
    const bound = Math.sqrt(3 * variance);
    const draw = {
      normal: () => deviation * stream.normal(),
      uniform: () => bound * (2 * stream.uniform() - 1),
      truncatedNormal: () => (deviation / deviationWithinTwo) * drawWithinTwo(stream),
    }[initializer.distribution];
    for (let i = 0; i < values.length; i++) values[i] = draw();
  },
};
