/** Forms of an experiment's data that are files of text and folders of pictures: their keys, and how they are read. */

import { OptionError } from '../base/errors.ts';
import { checkNumber } from '../base/options.ts';
import { checkImageFolderOptions, type ImageFolderOptions } from '../data/image/folder-options.ts';
import { checkVocabulary, type Vocabulary } from '../data/text/vocabulary.ts';

/** A text file, character by character; the target is the next character. */
export interface TextForm {
  readonly text: string;
  /** Characters in an example. */
  readonly length: number;
  /** From the beginning of an example to that of the next; default `length`. */
  readonly stride?: number;
  /** Default: the characters of the file. */
  readonly vocabulary?: Vocabulary;
}

/** A folder with a folder of pictures for each class. */
export interface ImageFolderForm extends Omit<ImageFolderOptions, 'name'> {
  readonly images: string;
}

export const textKeys = ['text', 'length', 'stride', 'vocabulary', 'test'] as const;
export const imageFolderKeys = [
  ...['images', 'size', 'colours', 'fit', 'classNames', 'test'],
  ...['normalization', 'standardize'],
] as const;

type Given = Readonly<Record<string, unknown>>;

/** Refuses anything but a path; returns it. */
export function readPath(place: string, name: string, value: unknown): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new OptionError('option/form', `${name} is ${JSON.stringify(value)}`, { place, mend: 'Give a path.' });
}

export function readTextForm(place: string, { text, length, stride, vocabulary }: Given): TextForm {
  const whole = { integer: true, min: 1 };
  return {
    text: readPath(place, 'text', text),
    length: checkNumber(place, 'length', length, whole),
    ...(stride === undefined ? {} : { stride: checkNumber(place, 'stride', stride, whole) }),
    ...(vocabulary === undefined ? {} : { vocabulary: checkVocabulary(place, vocabulary) }),
  };
}

export function readImageFolderForm(place: string, given: Given): ImageFolderForm {
  return { images: readPath(place, 'images', given.images), ...checkImageFolderOptions(place, given) };
}
