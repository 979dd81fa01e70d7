import { checkBoolean, checkNumber, checkOptionNames } from '../../base/options.ts';

/** Clipping as data: what is done to the gradient before the update. */
export interface ByGlobalNorm {
  readonly clip: 'byGlobalNorm';
  readonly max: number;
  readonly torchEpsilon: boolean;
}

/** Options of `byGlobalNorm`. */
export interface ByGlobalNormOptions {
  readonly torchEpsilon?: boolean;
}

/** What PyTorch's `clip_grad_norm_` adds to the norm. */
const epsilonOfTorch = 1e-6;

/**
 * Scales the gradient of all parameters together so that its norm is at most `max`: g ← g·max/‖g‖ where ‖g‖ > max
 * (Goodfellow et al., eq. 10.48–10.49; Pascanu, Mikolov, Bengio, 2013).
 *
 * - `max` ≥ 0.
 * - `torchEpsilon` (default false): divide by ‖g‖ + 1e-6 as `torch.nn.utils.clip_grad_norm_` does, which leaves a norm
 *   slightly below `max`.
 *
 * ```ts
 * byGlobalNorm(1); // { clip: 'byGlobalNorm', max: 1, torchEpsilon: false }
 * ```
 */
export function byGlobalNorm(max: number, options: ByGlobalNormOptions = {}): ByGlobalNorm {
  checkOptionNames('byGlobalNorm', options, ['torchEpsilon']);
  return Object.freeze({
    clip: 'byGlobalNorm',
    max: checkNumber('byGlobalNorm', 'max', max, { min: 0 }),
    torchEpsilon: checkBoolean('byGlobalNorm', 'torchEpsilon', options.torchEpsilon ?? false),
  });
}

/** The factor for a gradient of this (unclipped) norm; NaN where the norm is not finite. */
export function scaleByGlobalNorm({ max, torchEpsilon }: ByGlobalNorm, norm: number): number {
  if (!Number.isFinite(norm)) return Number.NaN;
  if (torchEpsilon) return Math.min(1, max / (norm + epsilonOfTorch));
  return norm > max ? max / norm : 1;
}
