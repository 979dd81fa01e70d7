/** The kinds of clipping, and how each turns the norm of a gradient into a factor. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import { checkOptionNames } from '../../base/options.ts';
import { type ByGlobalNorm, byGlobalNorm, scaleByGlobalNorm } from './by-global-norm.ts';

/** What is done to the gradient before the update, as data; `byGlobalNorm(1)` builds one. */
export type Clip = ByGlobalNorm;

const kinds = {
  byGlobalNorm: {
    scale: scaleByGlobalNorm,
    read: ({ max, ...options }: Omit<ByGlobalNorm, 'clip'>) => byGlobalNorm(max, options),
  },
} as const satisfies Record<Clip['clip'], unknown>;

/** The factor by which a gradient of this norm is to be multiplied: `gradientScale` of the updater. */
export function clipScale(clip: Clip, norm: number): number {
  return kinds[clip.clip].scale(clip, norm);
}

/** Reads a clipping from plain data, with the checks of its builder. */
export function readClip(value: unknown): Clip {
  const { clip, ...options } = (value ?? {}) as { clip?: unknown };
  const names = Object.keys(kinds);
  if (typeof clip !== 'string' || !names.includes(clip)) {
    throw new OptionError('clip/unknown', `there is no clipping ${JSON.stringify(clip)}`, {
      mend: suggestion(String(clip), names),
    });
  }
  const kind = kinds[clip as Clip['clip']];
  checkOptionNames(clip, options, ['max', 'torchEpsilon']);
  return kind.read(options as Omit<ByGlobalNorm, 'clip'>);
}
