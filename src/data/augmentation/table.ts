/** The table of augmentations: a new one is one file and one row. */

import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { refer } from '../../base/json-schema.ts';
import { suggestion } from '../../base/nearest.ts';
import { list, readBy } from '../../base/option-spec.ts';
import { checkOptionNames } from '../../base/options.ts';
import { shown } from '../../base/shown.ts';
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
    throw new OptionError('option/choice', `${shown(value)} is no augmentation`, {
      mend: suggestion(String(kind), Object.keys(augmentations)),
    });
  }
  return augmentations[kind as keyof typeof augmentations] as unknown as AugmentationRow;
}

function readAugmentation(value: unknown): Augmentation {
  const row = augmentationRow(value);
  const { augmentation: kind, ...options } = value as Augmentation;
  checkOptionNames(kind, options, Object.keys(row.options));
  return row.read(options);
}

/** An option that is a list of augmentations, carried out in order. */
export const augmentationsSpec = list(
  readBy(readAugmentation, refer('augmentation')),
  'a list: [{ "augmentation": "randomFlip" }]',
  { least: 0 },
);

/** Checks a plain list (from JSON, say) and gives the augmentations that it describes, in order. */
export function readAugmentations(value: unknown): readonly Augmentation[] {
  return frozen(augmentationsSpec.read('', 'augmentation', value));
}
