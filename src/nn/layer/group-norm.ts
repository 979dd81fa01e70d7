import { frozen } from '../../base/frozen.ts';
import { count, flag, type OptionSpecs, positive, readOptions, withDefault } from '../../base/option-spec.ts';
import { showShape } from '../../base/shape.ts';
import type { LayerRow } from '../layer.ts';
import { standardizeGroups } from './standardize-groups.ts';

/** Description of group normalization. */
export interface GroupNorm {
  readonly layer: 'groupNorm';
  readonly name?: string;
  readonly groups: number;
  readonly epsilon: number;
  readonly scale: boolean;
  readonly shift: boolean;
}

export interface GroupNormOptions {
  /** Divides the channels; 32 in the paper. 1 takes all channels together. */
  readonly groups: number;
  /** ε > 0 under the root. Default 1e-5, as in the paper's code and PyTorch (Keras: 1e-3). */
  readonly epsilon?: number;
  /** Whether γ is learned. Default true. */
  readonly scale?: boolean;
  /** Whether β is learned. Default true. */
  readonly shift?: boolean;
}

const groupNormOptions = {
  groups: count,
  epsilon: withDefault(positive, 1e-5),
  scale: withDefault(flag, true),
  shift: withDefault(flag, true),
} satisfies OptionSpecs;

/**
 * Group normalization: y = γ (x − μ)/√(σ² + ε) + β, with mean μ and (biased) variance σ² over the channels of a group and
 * all their pixels, for each example by itself. The same in training and in use, and at every size of batch.
 *
 * x [N, channels, …] → the same; neighbouring channels form a group. Parameters, one for each channel: `scale` γ, 1 at the
 * start, and `shift` β, 0.
 *
 * @example sequential(conv2d({ channels: 32, kernel: 3 }), groupNorm({ groups: 8 }), relu())
 *
 * Wu, He, "Group normalization", 2018.
 */
export function groupNorm(options: GroupNormOptions): GroupNorm {
  return frozen({ layer: 'groupNorm', ...readOptions('groupNorm', groupNormOptions, options) });
}

export const groupNormRow: LayerRow<GroupNorm> = {
  options: groupNormOptions,
  label: 'norm',
  read: (options) => groupNorm(options as unknown as GroupNormOptions),
  apply(layer, scope, x) {
    const channels = x.shape[1];
    if (channels === undefined) {
      scope.refuse(`its input has shape ${showShape(x.shape)}`, 'It takes [batch, channels, …].');
    }
    if (channels % layer.groups !== 0) {
      scope.refuse(`${channels} channels are no multiple of ${layer.groups} groups`, 'Make each group the same size.');
    }
    return standardizeGroups(scope, x, layer);
  },
};
