/** A folder of pictures as a data set: a folder for each class, with its PNG and JPEG files. */

import { readdir } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { DataError } from '../../base/errors.ts';
import { checkOptionNames } from '../../base/options.ts';
import type { Dataset } from '../dataset.ts';
import { readBytes } from '../format/read-bytes.node.ts';
import { fromArrays } from '../from-arrays.ts';
import { decodeImage } from './decode-image.ts';
import { checkImageFolderOptions, type ImageFolderOptions } from './folder-options.ts';
import { resizeInto } from './resize.ts';

const place = 'readImages';
const endings = ['.png', '.jpg', '.jpeg'];
const byCode = (a: string, b: string) => (a < b ? -1 : 1);

async function entries(folder: string) {
  try {
    const found = await readdir(folder, { withFileTypes: true });
    return found.filter(({ name }) => !name.startsWith('.')).sort((a, b) => byCode(a.name, b.name));
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such folder' : `the folder cannot be read: ${message}`;
    throw new DataError('data/missing', why, { place: folder, mend: 'Check the path.', cause });
  }
}

/** The paths of all pictures with their class numbers, class by class, in the order of their names. */
async function listPictures(folder: string, given: readonly string[] | undefined) {
  const folders = (await entries(folder)).filter((entry) => !entry.isFile()).map(({ name }) => name);
  const classNames = given ?? folders;
  const unknown = folders.find((name) => !classNames.includes(name));
  if (unknown !== undefined) {
    throw new DataError('data/image-folder', `the folder "${unknown}" is none of the classes`, {
      place: folder,
      mend: `The classes are ${classNames.join(', ')}.`,
    });
  }
  const pictures: { readonly path: string; readonly label: number }[] = [];
  for (const name of folders) {
    const inside = join(folder, name);
    const files = (await entries(inside)).filter((entry) => endings.includes(extname(entry.name).toLowerCase()));
    if (files.length === 0) {
      throw new DataError('data/image-folder', 'there is no picture in the folder of a class', {
        place: inside,
        mend: `Pictures are files that end in ${endings.join(', ')}.`,
      });
    }
    const label = classNames.indexOf(name);
    for (const file of files) pictures.push({ path: join(inside, file.name), label });
  }
  if (pictures.length > 0) return { pictures, classNames };
  throw new DataError('data/image-folder', 'there are no folders of classes', {
    place: folder,
    mend: 'Put the pictures of each class into a folder of its name.',
  });
}

function room(bytes: number, folder: string): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch (cause) {
    throw new DataError('data/image-folder', `the pictures need ${(bytes / 1e9).toFixed(1)} GB at this size`, {
      place: folder,
      mend: 'Give a smaller size, or fewer pictures.',
      cause,
    });
  }
}

/**
 * Pictures in `folder/<class>/*.png|jpg|jpeg` as a data set: bytes [3, h, w] or [1, h, w] with class labels. Classes are
 * numbered in the order of their folders' names, and examples come class by class, by name: `split` and `shuffled()` mix
 * them. Other files, and names that begin with a dot, are passed over.
 *
 * All pictures are decoded and brought to `size` when the set is made, and kept: count · channels · h · w bytes (5 000
 * pictures of 3×64×64: 61 MB). Decoding takes milliseconds for each picture, which training would otherwise pay in every
 * epoch.
 *
 * @throws OptionError for unknown options; DataError naming the file or folder that is missing, damaged or empty.
 * @example
 * const flowers = await readImages('flowers', { size: [64, 64] });
 * flowers.classNames;   // ['daisy', 'rose', …]
 */
export async function readImages(folder: string, options: ImageFolderOptions): Promise<Dataset> {
  checkOptionNames(place, options, ['size', 'colours', 'fit', 'classNames', 'name']);
  const { size, colours, fit, classNames: given } = checkImageFolderOptions(place, options);
  const [height, width] = size;
  const channels = colours === 'rgb' ? 3 : 1;
  const { pictures, classNames } = await listPictures(folder, given);
  const example = channels * height * width;
  const input = room(pictures.length * example, folder);
  for (const [i, { path }] of pictures.entries()) {
    resizeInto(input, i * example, await decodeImage(await readBytes(path), path), { height, width }, channels, fit);
  }
  return fromArrays({
    input,
    inputShape: [channels, height, width],
    target: Int32Array.from(pictures, ({ label }) => label),
    classNames,
    name: options.name ?? 'images',
    source: `the folder ${folder}`,
  });
}
