/** The table of augmentations: a new one is one file and one row. */

import { OptionError } from '../../base/errors.ts';
import { suggestion } from '../../base/nearest.ts';
import type { Augmentation, AugmentationRow } from './augmentation.ts';
import { cutoutRow } from './cutout.ts';
import { randomCropRow } from './random-crop.ts';
import { randomEraseRow } from './random-erase.ts';
import { randomFlipRow } from './random-flip.ts';

export const augmentations = {
  randomCrop: randomCropRow,
  randomFlip: randomFlipRow,
  randomErase: randomEraseRow,
  cutout: cutoutRow,
} as const satisfies Readonly<Record<string, AugmentationRow>>;

/** The row of an augmentation. */
export function augmentationRow(value: unknown): AugmentationRow {
  const kind = (value as Partial<Augmentation> | null | undefined)?.augmentation;
  if (typeof kind !== 'string' || !Object.hasOwn(augmentations, kind)) {
    throw new OptionError('option/choice', `${JSON.stringify(value) ?? String(value)} is no augmentation`, {
      place: 'augmentation',
      mend: suggestion(String(kind), Object.keys(augmentations)),
    });
  }
  return augmentations[kind as keyof typeof augmentations] as unknown as AugmentationRow;
}

/** Checks a plain list (from JSON, say) and gives the augmentations that it describes, in order. */
export function readAugmentations(value: unknown): readonly Augmentation[] {
  if (!Array.isArray(value)) {
    throw new OptionError('option/form', `augmentation is ${JSON.stringify(value) ?? String(value)}`, {
      place: 'augmentation',
      mend: 'Give a list: [{ "augmentation": "randomFlip" }].',
    });
  }
  return Object.freeze(
    value.map((part: unknown) => {
      const row = augmentationRow(part);
      const { augmentation: _, ...options } = part as Augmentation;
      return row.read(options);
    }),
  );
}
