import { type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { hyperSpec } from '../../rule/hyper-spec.ts';
import { type Position, type Schedule, valueAt } from '../../rule/schedule.ts';
import { type ClipTarget, scaleGradients } from './clip-target.ts';

/** Clipping of every element of the gradient, as data. */
export interface ByValue {
  readonly clip: 'byValue';
  readonly bound: number | Schedule;
}

export const byValueOptions = {
  bound: hyperSpec({ min: 0 }),
} satisfies OptionSpecs;

/**
 * Brings every element of the gradient between ±`bound`: g_i ← min(max(g_i, −bound), bound) (Mikolov, 2012; Goodfellow
 * et al., section 10.11.1), as `torch.nn.utils.clip_grad_value_` and the `clipvalue` of Keras do. The direction changes:
 * large elements come nearer to small ones.
 *
 * - `bound` ≥ 0, a number or a schedule.
 *
 * ```ts
 * byValue(0.5); // { clip: 'byValue', bound: 0.5 }
 * ```
 */
export function byValue(bound: number | Schedule): ByValue {
  return Object.freeze({ clip: 'byValue', ...readOptions('byValue', byValueOptions, {}, { bound }) });
}

/** Sets the bound, which the fused update applies; the updater must have been made with `boundsGradient`. */
export function clipByValue(clip: ByValue, target: ClipTarget, position: Position): number {
  const bound = valueAt(clip.bound, position);
  scaleGradients(target, 1);
  let kept = 0;
  let all = 0;
  for (const index of target.parameters) {
    const control = target.updater.controls[index]!;
    control.gradientBound = bound;
    const { bounded, whole } = target.updater.boundedNorms(control.name);
    kept += bounded ** 2;
    all += whole ** 2;
  }
  return all > 0 ? Math.sqrt(kept / all) : 1;
}
