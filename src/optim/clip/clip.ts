/** The clips of clipping, and how each acts on a gradient. */

import { OptionError, under } from '../../base/errors.ts';
import { refer } from '../../base/json-schema.ts';
import { suggestion } from '../../base/nearest.ts';
import { type OptionSpec, type OptionSpecs, readBy } from '../../base/option-spec.ts';
import { checkOptionNames } from '../../base/options.ts';
import { shown } from '../../base/shown.ts';
import { isSchedule, type Position } from '../../rule/schedule.ts';
import { type Definitions, readSchedule } from '../read.ts';
import { type Adaptive, type AdaptiveOptions, adaptive, adaptiveOptions, clipAdaptively } from './adaptive.ts';
import { type ByGlobalNorm, byGlobalNorm, byGlobalNormOptions, clipByGlobalNorm } from './by-global-norm.ts';
import { type ByNorm, byNorm, byNormOptions, clipByNorm } from './by-norm.ts';
import { type ByValue, byValue, byValueOptions, clipByValue } from './by-value.ts';
import { type ClipTarget, scaleGradients } from './clip-target.ts';

/** What is done to the gradient before the update, as data; `byGlobalNorm(1)` builds one. */
export type Clip = ByValue | ByNorm | ByGlobalNorm | Adaptive;

/** How one kind of clipping is read and applied. */
interface ClipKind<C extends Clip> {
  readonly options: OptionSpecs;
  readonly read: (options: Omit<C, 'clip'>) => C;
  readonly apply: (clip: C, target: ClipTarget, position: Position) => number;
  /** Whether the update itself has to bring elements between bounds. */
  readonly boundsGradient: boolean;
}

export const clips: { readonly [K in Clip['clip']]: ClipKind<Extract<Clip, { readonly clip: K }>> } = {
  byValue: {
    ...{ options: byValueOptions, apply: clipByValue, boundsGradient: true },
    read: ({ bound }) => byValue(bound),
  },
  byNorm: {
    ...{ options: byNormOptions, apply: clipByNorm, boundsGradient: false },
    read: ({ max, ...options }) => byNorm(max, options),
  },
  byGlobalNorm: {
    ...{ options: byGlobalNormOptions, apply: clipByGlobalNorm, boundsGradient: false },
    read: ({ max, ...options }) => byGlobalNorm(max, options),
  },
  adaptive: {
    ...{ options: adaptiveOptions, apply: clipAdaptively, boundsGradient: false },
    read: (options: AdaptiveOptions) => adaptive(options),
  },
};

/**
 * Clips the gradient that an updater holds, for the step that follows `position`: sets the scale or the bound of its
 * parameters' controls, or rescales the gradient in place. Gives ‖g clipped‖/‖g‖, 1 where nothing was too long.
 *
 * A gradient that is not finite stays so: all of it becomes NaN, and so does the result.
 */
export function applyClip(clip: Clip, target: ClipTarget, position: Position): number {
  if (!Number.isFinite(target.norm)) {
    scaleGradients(target, Number.NaN);
    return Number.NaN;
  }
  return (clips[clip.clip] as ClipKind<Clip>).apply(clip, target, position);
}

/** Whether the updater must be made with `boundsGradient`. */
export function boundsGradient(clip: Clip): boolean {
  return clips[clip.clip].boundsGradient;
}

/** Reads a clipping from plain data, with the checks of its builder; schedules in it are read too. */
export function readClip(value: unknown, definitions: Definitions = {}): Clip {
  const { clip, ...options } = (value ?? {}) as { clip?: unknown };
  const names = Object.keys(clips);
  if (typeof clip !== 'string' || !names.includes(clip)) {
    throw new OptionError('clip/unknown', `${shown(value)} is no clipping`, {
      mend: suggestion(String(clip), names),
    });
  }
  const kind = clips[clip as Clip['clip']] as ClipKind<Clip>;
  checkOptionNames(clip, options, Object.keys(kind.options));
  const read = Object.entries(options).map(([name, option]) => [
    name,
    isSchedule(option) ? under(name, () => readSchedule(option, definitions)) : option,
  ]);
  return kind.read(Object.fromEntries(read));
}

/** An option that is a clipping. */
export function clipSpec(definitions: Definitions = {}): OptionSpec<Clip> {
  return readBy((value) => readClip(value, definitions), refer('clip'));
}
