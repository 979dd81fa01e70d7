/** What is said of a folder of pictures before one of them is read; its checks need no file. */

import { frozen } from '../../base/frozen.ts';
import {
  list,
  number,
  type OptionSpecs,
  type OptionsOf,
  oneOf,
  optional,
  readOptions,
  text,
  withDefault,
} from '../../base/option-spec.ts';
import type { Fit } from './resize.ts';

export interface ImageFolderOptions {
  /** Height and width that every picture is brought to. */
  readonly size: readonly [height: number, width: number];
  /** `'rgb'`: [3, h, w]; `'gray'`: [1, h, w], the brightness. Default `'rgb'`. */
  readonly colours?: 'rgb' | 'gray';
  /** Cut the middle out, or stretch, where a picture has another shape. Default `'crop'`. */
  readonly fit?: Fit;
  /** The classes in the order of their numbers. Default: the names of the folders, sorted. */
  readonly classNames?: readonly string[];
  /** Default: `images`. */
  readonly name?: string;
}

const side = number({ integer: true, min: 1, max: 16_384 });

/** Its options, but for the name. */
export const imageFolderOptions = {
  size: list(side, 'height and width: [32, 32]', { least: 2, most: 2 }),
  colours: withDefault(oneOf(['rgb', 'gray']), 'rgb'),
  fit: withDefault(oneOf(['crop', 'stretch']), 'crop'),
  classNames: optional(list(text(), 'the names of the folders, each once: ["cat", "dog"]', { distinct: true })),
} satisfies OptionSpecs;

type Checked = Omit<OptionsOf<typeof imageFolderOptions>, 'size'> & Pick<ImageFolderOptions, 'size'>;

/** The options with defaults filled in, each checked. */
export function checkImageFolderOptions(place: string, { name: _, ...options }: ImageFolderOptions): Checked {
  return frozen(readOptions(place, imageFolderOptions, options)) as Checked;
}
