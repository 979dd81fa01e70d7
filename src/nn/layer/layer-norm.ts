import { frozen } from '../../base/frozen.ts';
import { flag, type OptionSpecs, positive, readOptions, withDefault } from '../../base/option-spec.ts';
import { add, mul } from '../../graph/elementwise.ts';
import { standardize } from '../../graph/standardize.ts';
import { constant } from '../init/constant.ts';
import { zeros } from '../init/zeros.ts';
import type { LayerRow } from '../layer.ts';
import { featureAxes, featureAxesSpec } from './feature-axes.ts';

/** Description of layer normalization. */
export interface LayerNorm {
  readonly layer: 'layerNorm';
  readonly name?: string;
  readonly axes: readonly number[];
  readonly epsilon: number;
  readonly scale: boolean;
  readonly shift: boolean;
}

export interface LayerNormOptions {
  /** The axes that are normalised over, not that of the batch. Default [−1], the last; [1, 2, 3] is all of an image. */
  readonly axes?: readonly number[];
  /** ε > 0 under the root. Default 1e-5, as in PyTorch (Keras: 1e-3). */
  readonly epsilon?: number;
  /** Whether γ is learned. Default true. */
  readonly scale?: boolean;
  /** Whether β is learned. Default true. */
  readonly shift?: boolean;
}

const layerNormOptions = {
  axes: withDefault(featureAxesSpec, [-1]),
  epsilon: withDefault(positive, 1e-5),
  scale: withDefault(flag, true),
  shift: withDefault(flag, true),
} satisfies OptionSpecs;

/**
 * Layer normalization: y = γ (x − μ)/√(σ² + ε) + β, with mean μ and (biased) variance σ² over `axes` of each example, and
 * of each time step. The same in training and in use; no state.
 *
 * x any shape with a batch → the same. Parameters of the shape of `axes`: `scale` γ, 1 at the start, and `shift` β, 0.
 *
 * @example sequential(dense(256), layerNorm(), relu())
 *
 * Ba, Kiros, Hinton, "Layer normalization", 2016.
 */
export function layerNorm(options: LayerNormOptions = {}): LayerNorm {
  return frozen({ layer: 'layerNorm', ...readOptions('layerNorm', layerNormOptions, options) });
}

export const layerNormRow: LayerRow<LayerNorm> = {
  options: layerNormOptions,
  label: 'norm',
  read: (options) => layerNorm(options),
  apply({ axes: asked, epsilon, scale, shift }, scope, x) {
    const { axes, shape, along } = featureAxes(scope, x, asked);
    let y = standardize(x, axes, { epsilon });
    if (scale) y = mul(y, along(scope.parameter('scale', shape, constant(1))));
    return shift ? add(y, along(scope.parameter('shift', shape, zeros()))) : y;
  },
};
