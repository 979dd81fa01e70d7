/** What is said of a folder of pictures before one of them is read; its checks need no file. */

import { OptionError } from '../../base/errors.ts';
import { checkNumber, checkOneOf } from '../../base/options.ts';
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

function checkSize(place: string, value: unknown): readonly [height: number, width: number] {
  if (!Array.isArray(value) || value.length !== 2) {
    throw new OptionError('option/form', `size is ${JSON.stringify(value)}`, {
      place,
      mend: 'Give height and width: [32, 32].',
    });
  }
  const side = { integer: true, min: 1, max: 16_384 };
  return Object.freeze([
    checkNumber(place, 'size[0]', value[0], side),
    checkNumber(place, 'size[1]', value[1], side),
  ] as const);
}

function checkNames(place: string, value: unknown): readonly string[] {
  const names = Array.isArray(value) && value.every((name) => typeof name === 'string') ? (value as string[]) : [];
  if (names.length > 0 && new Set(names).size === names.length) return Object.freeze([...names]);
  throw new OptionError('option/form', `classNames is ${JSON.stringify(value)}`, {
    place,
    mend: 'Give the names of the folders, each once: ["cat", "dog"].',
  });
}

/** The options with defaults filled in, each checked. */
export function checkImageFolderOptions(place: string, options: Partial<Record<keyof ImageFolderOptions, unknown>>) {
  const { size, colours = 'rgb', fit = 'crop', classNames } = options;
  return {
    size: checkSize(place, size),
    colours: checkOneOf(place, 'colours', colours, ['rgb', 'gray']),
    fit: checkOneOf(place, 'fit', fit, ['crop', 'stretch']),
    ...(classNames === undefined ? {} : { classNames: checkNames(place, classNames) }),
  } satisfies ImageFolderOptions;
}
