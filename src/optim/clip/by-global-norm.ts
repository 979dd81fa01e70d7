import { flag, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { hyperSpec } from '../../rule/hyper-spec.ts';
import { type Position, type Schedule, valueAt } from '../../rule/schedule.ts';
import { type ClipTarget, scaleGradients } from './clip-target.ts';
import { shorten } from './shorten.ts';

/** Clipping of all gradients together, as data. */
export interface ByGlobalNorm {
  readonly clip: 'byGlobalNorm';
  readonly max: number | Schedule;
  readonly torchEpsilon: boolean;
}

/** Options of `byGlobalNorm`. */
export interface ByGlobalNormOptions {
  readonly torchEpsilon?: boolean;
}

export const byGlobalNormOptions = {
  max: hyperSpec({ min: 0 }),
  torchEpsilon: withDefault(flag, false),
} satisfies OptionSpecs;

/**
 * Scales the gradient of all parameters together so that its norm is at most `max`: g ← g·max/‖g‖ where ‖g‖ > max
 * (Goodfellow et al., eq. 10.48–10.49; Pascanu, Mikolov, Bengio, 2013). The direction stays.
 *
 * - `max` ≥ 0, a number or a schedule.
 * - `torchEpsilon` (default false): divide by ‖g‖ + 1e-6 as `torch.nn.utils.clip_grad_norm_` does, which leaves a norm
 *   slightly below `max`.
 *
 * ```ts
 * byGlobalNorm(1); // { clip: 'byGlobalNorm', max: 1, torchEpsilon: false }
 * ```
 */
export function byGlobalNorm(max: number | Schedule, options: ByGlobalNormOptions = {}): ByGlobalNorm {
  return Object.freeze({ clip: 'byGlobalNorm', ...readOptions('byGlobalNorm', byGlobalNormOptions, options, { max }) });
}

/** Sets one scale for all parameters, which so still share a run of the kernel. */
export function clipByGlobalNorm(clip: ByGlobalNorm, target: ClipTarget, position: Position): number {
  const factor = shorten(target.norm, valueAt(clip.max, position), clip.torchEpsilon);
  scaleGradients(target, factor);
  return factor;
}
