/**
 * What an augmentation is: a random change of an image that leaves its label true. Frozen data; its row carries it out,
 * in place, on the stored values of a batch that is being staged.
 */

import type { HostArray } from '../../base/dtype.ts';
import type { OptionSpecs } from '../../base/option-spec.ts';
import type { RandomStream } from '../../base/random.ts';
import type { DataDtype } from '../dataset.ts';

/** A description such as `{ augmentation: 'randomFlip', probability: 0.5 }`; the builders beside this file make them. */
export interface Augmentation {
  readonly augmentation: string;
}

/** What the images of a data set look like: stored as [channels, height, width], row-major. */
export interface ImageForm {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly dtype: DataDtype;
  /** Of each channel, the stored value that normalization takes nearest to 0: mean / scale. */
  readonly background: readonly number[];
}

/** Changes the image that begins at `offset`, by draws from a stream that stands at its place. */
export type ImageChange = (values: HostArray, offset: number, stream: RandomStream) => void;

/** One row of the table of augmentations. */
export interface AugmentationRow<A extends Augmentation = Augmentation> {
  /** What its options may be, for the schema of an experiment. */
  readonly options: OptionSpecs;
  /** Builds the description from plain options, with every check of its builder. */
  read(options: Readonly<Record<string, unknown>>): A;
  /** Uniform draws that are set aside for each image, used or not, so that the place of every draw is known. */
  readonly draws: number;
  /** The change for images of one form. Throws an OptionError where it cannot be made on them. */
  prepare(augmentation: A, form: ImageForm): ImageChange;
}
