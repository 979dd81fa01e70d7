import { type OptionSpecs, optional, path } from '../../base/option-spec.ts';
import { type ImageFolderOptions, imageFolderOptions } from '../../data/image/folder-options.ts';
import { type HeldOut, testSpec } from './held-out.ts';
import { type InputScaling, inputScalingOptions } from './input-scaling.ts';

/** A folder with a folder of pictures for each class. */
export interface ImageFolderData extends Omit<ImageFolderOptions, 'name'>, InputScaling {
  readonly images: string;
  /** The test set: another folder with the same classes, or a part of this one, drawn at random. */
  readonly test?: string | HeldOut;
}

export const imageFolderDataOptions = {
  images: path,
  ...imageFolderOptions,
  test: optional(testSpec),
  ...inputScalingOptions,
} satisfies OptionSpecs;
