import { flag, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { hyperSpec } from '../../rule/hyper-spec.ts';
import { type Position, type Schedule, valueAt } from '../../rule/schedule.ts';
import type { ClipTarget } from './clip-target.ts';
import { shorten } from './shorten.ts';

/** Clipping of each parameter's gradient by itself, as data. */
export interface ByNorm {
  readonly clip: 'byNorm';
  readonly max: number | Schedule;
  readonly torchEpsilon: boolean;
}

/** Options of `byNorm`. */
export interface ByNormOptions {
  readonly torchEpsilon?: boolean;
}

export const byNormOptions = {
  max: hyperSpec({ min: 0 }),
  torchEpsilon: withDefault(flag, false),
} satisfies OptionSpecs;

/**
 * Scales each parameter's gradient by itself so that its norm is at most `max`: g ← g·max/‖g‖ where ‖g‖ > max, as the
 * `clipnorm` of Keras does. One wild layer then leaves the steps of the others alone; the direction of the whole
 * gradient changes.
 *
 * - `max` ≥ 0, a number or a schedule.
 * - `torchEpsilon` (default false): divide by ‖g‖ + 1e-6, as `torch.nn.utils.clip_grad_norm_` of one tensor does.
 *
 * ```ts
 * byNorm(1); // { clip: 'byNorm', max: 1, torchEpsilon: false }
 * ```
 */
export function byNorm(max: number | Schedule, options: ByNormOptions = {}): ByNorm {
  return Object.freeze({ clip: 'byNorm', ...readOptions('byNorm', byNormOptions, options, { max }) });
}

/** Sets a scale for each parameter. */
export function clipByNorm(clip: ByNorm, { updater, parameters, norm }: ClipTarget, position: Position): number {
  const max = valueAt(clip.max, position);
  let squares = 0;
  let acted = false;
  for (const index of parameters) {
    const control = updater.controls[index]!;
    const own = Math.sqrt(updater.sumOfSquares('gradient', control.name));
    control.gradientScale = shorten(own, max, clip.torchEpsilon);
    acted ||= control.gradientScale !== 1;
    squares += (control.gradientScale * own) ** 2;
  }
  return acted ? Math.sqrt(squares) / norm : 1;
}
