import { frozen } from '../../base/frozen.ts';
import { flag, type OptionSpecs, positive, readOptions, withDefault } from '../../base/option-spec.ts';
import { add, mul, reciprocal, sqrt, square } from '../../graph/elementwise.ts';
import { mean } from '../../graph/reduction.ts';
import { constant } from '../init/constant.ts';
import type { LayerRow } from '../layer.ts';
import { featureAxes, featureAxesSpec } from './feature-axes.ts';

/** Description of normalization by the root of the mean square. */
export interface RmsNorm {
  readonly layer: 'rmsNorm';
  readonly name?: string;
  readonly axes: readonly number[];
  readonly epsilon: number;
  readonly scale: boolean;
}

export interface RmsNormOptions {
  /** The axes that the mean is over, not that of the batch. Default [−1], the last. */
  readonly axes?: readonly number[];
  /** ε > 0 under the root. Default 1e-6, as in Llama and Keras (the paper's code: 1e-8; PyTorch: 1.2e-7, float32's own). */
  readonly epsilon?: number;
  /** Whether γ is learned. Default true. */
  readonly scale?: boolean;
}

const rmsNormOptions = {
  axes: withDefault(featureAxesSpec, [-1]),
  epsilon: withDefault(positive, 1e-6),
  scale: withDefault(flag, true),
} satisfies OptionSpecs;

/**
 * Root mean square normalization: y = γ x / √(mean x² + ε), the mean over `axes` of each example and of each time step.
 * Layer normalization without the mean, and without a shift. The same in training and in use.
 *
 * x any shape with a batch → the same. Parameter of the shape of `axes`: `scale` γ, 1 at the start.
 *
 * @example sequential(dense(256), rmsNorm(), silu())
 *
 * Zhang, Sennrich, "Root mean square layer normalization", 2019.
 */
export function rmsNorm(options: RmsNormOptions = {}): RmsNorm {
  return frozen({ layer: 'rmsNorm', ...readOptions('rmsNorm', rmsNormOptions, options) });
}

export const rmsNormRow: LayerRow<RmsNorm> = {
  options: rmsNormOptions,
  label: 'norm',
  read: (options) => rmsNorm(options),
  apply({ axes: asked, epsilon, scale }, scope, x) {
    const { axes, shape, along } = featureAxes(scope, x, asked);
    const y = mul(x, reciprocal(sqrt(add(mean(square(x), axes, { keepDims: true }), epsilon))));
    return scale ? mul(y, along(scope.parameter('scale', shape, constant(1)))) : y;
  },
};
