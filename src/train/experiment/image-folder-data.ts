import { checkPath } from '../../base/options.ts';
import { checkImageFolderOptions, type ImageFolderOptions } from '../../data/image/folder-options.ts';
import type { HeldOut } from './held-out.ts';
import { type InputScaling, inputScalingKeys, readInputScaling } from './input-scaling.ts';

/** A folder with a folder of pictures for each class. */
export interface ImageFolderData extends Omit<ImageFolderOptions, 'name'>, InputScaling {
  readonly images: string;
  /** The test set: another folder with the same classes, or a part of this one, drawn at random. */
  readonly test?: string | HeldOut;
}

export const imageFolderDataKeys = [
  ...(['images', 'size', 'colours', 'fit', 'classNames', 'test'] as const),
  ...inputScalingKeys,
] as const;

/** All but `test`. */
export function readImageFolderData(place: string, given: Readonly<Record<string, unknown>>): ImageFolderData {
  return {
    images: checkPath(place, 'images', given.images),
    ...checkImageFolderOptions(place, given),
    ...readInputScaling(place, given),
  };
}
