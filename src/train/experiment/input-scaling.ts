import { OptionError } from '../../base/errors.ts';
import type { Normalization } from '../../base/normalization.ts';
import { checkBoolean } from '../../base/options.ts';

/** How the stored inputs become those of the model; without either, bytes are divided by 255. */
export interface InputScaling {
  readonly normalization?: Normalization;
  /** Mean 0 and deviation 1 for each channel or column, by the statistics of the training examples. */
  readonly standardize?: boolean;
}

export const inputScalingKeys = ['normalization', 'standardize'] as const;

/** The two keys of the scaling, checked; the others are left out. */
export function readInputScaling(place: string, given: Readonly<Record<string, unknown>>): InputScaling {
  const { normalization, standardize } = given as InputScaling;
  if (standardize !== undefined) checkBoolean(place, 'standardize', standardize);
  if (standardize === true && normalization !== undefined) {
    throw new OptionError('option/form', 'both normalization and standardize are given', { place });
  }
  return {
    ...(normalization === undefined ? {} : { normalization }),
    ...(standardize === undefined ? {} : { standardize }),
  };
}
