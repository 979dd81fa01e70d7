import { frozen } from '../../base/frozen.ts';
import { flag, type OptionSpecs, positive, readOptions, withDefault } from '../../base/option-spec.ts';
import { showShape } from '../../base/shape.ts';
import type { LayerRow } from '../layer.ts';
import { standardizeGroups } from './standardize-groups.ts';

/** Description of instance normalization. */
export interface InstanceNorm {
  readonly layer: 'instanceNorm';
  readonly name?: string;
  readonly epsilon: number;
  readonly scale: boolean;
  readonly shift: boolean;
}

export interface InstanceNormOptions {
  /** ε > 0 under the root. Default 1e-5, as in PyTorch and ONNX. */
  readonly epsilon?: number;
  /** Whether γ is learned. Default true, as ONNX has it (PyTorch: false). */
  readonly scale?: boolean;
  /** Whether β is learned. Default true, as ONNX has it (PyTorch: false). */
  readonly shift?: boolean;
}

const instanceNormOptions = {
  epsilon: withDefault(positive, 1e-5),
  scale: withDefault(flag, true),
  shift: withDefault(flag, true),
} satisfies OptionSpecs;

/**
 * Instance normalization: y = γ (x − μ)/√(σ² + ε) + β, with mean μ and (biased) variance σ² over the pixels of one channel
 * of one example. The same in training and in use; it keeps no statistics.
 *
 * x [N, channels, …] with two pixels or more → the same. Parameters, one for each channel: `scale` γ, 1 at the start, and
 * `shift` β, 0.
 *
 * @example sequential(conv2d({ channels: 32, kernel: 3 }), instanceNorm(), relu())
 *
 * Ulyanov, Vedaldi, Lempitsky, "Instance normalization: the missing ingredient for fast stylization", 2016.
 */
export function instanceNorm(options: InstanceNormOptions = {}): InstanceNorm {
  return frozen({ layer: 'instanceNorm', ...readOptions('instanceNorm', instanceNormOptions, options) });
}

export const instanceNormRow: LayerRow<InstanceNorm> = {
  options: instanceNormOptions,
  label: 'norm',
  read: (options) => instanceNorm(options),
  apply(layer, scope, x) {
    const channels = x.shape[1];
    if (x.rank < 3 || channels === undefined) {
      scope.refuse(`its input has shape ${showShape(x.shape)}`, 'It takes [batch, channels, …] with pixels or steps.');
    }
    return standardizeGroups(scope, x, { ...layer, groups: channels });
  },
};
