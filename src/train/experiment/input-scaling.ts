import { OptionError } from '../../base/errors.ts';
import type { Normalization } from '../../base/normalization.ts';
import { flag, type OptionSpecs, optional } from '../../base/option-spec.ts';
import { normalizationSpec } from '../../data/normalization.ts';

/** How the stored inputs become those of the model; without either, bytes are divided by 255. */
export interface InputScaling {
  readonly normalization?: Normalization;
  /** Mean 0 and deviation 1 for each channel or column, by the statistics of the training examples. */
  readonly standardize?: boolean;
}

/** Both keys of the scaling; `checkInputScaling` refuses both at once. */
export const inputScalingOptions = {
  normalization: optional(normalizationSpec),
  standardize: optional(flag),
} satisfies OptionSpecs;

export function checkInputScaling({ normalization, standardize }: InputScaling): void {
  if (standardize === true && normalization !== undefined) {
    throw new OptionError('option/form', 'both normalization and standardize are given', { mend: 'Give one of them.' });
  }
}
