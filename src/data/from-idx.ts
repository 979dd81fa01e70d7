/** A labelled data set from two IDX arrays. */

import { DataError, OptionError } from '../base/errors.ts';
import { checkOptionNames } from '../base/options.ts';
import { type Shape, showShape } from '../base/shape.ts';
import type { Dataset } from './dataset.ts';
import type { IdxArray } from './format/idx.ts';
import { fromArrays } from './from-arrays.ts';

export interface IdxOptions {
  readonly images: IdxArray;
  readonly labels: IdxArray;
  /** Labels are 0 … classes − 1. Follows from `classNames` where those are given; one of the two is needed. */
  readonly classes?: number;
  readonly classNames?: readonly string[];
  readonly name?: string;
  readonly source?: string;
}

/** Gray images have one channel: [28, 28] becomes [1, 28, 28]. Features and images with channels stay as they are. */
function withChannel(shape: Shape): Shape {
  return shape.length === 2 ? [1, ...shape] : shape;
}

/**
 * Images (or rows of features) with class labels.
 *
 * @throws DataError where there are not as many labels as images, or a label is outside the classes.
 */
export function fromIdx(options: IdxOptions): Dataset {
  checkOptionNames('fromIdx', options, ['images', 'labels', 'classes', 'classNames', 'name', 'source']);
  const { images, labels, name = 'idx', source, classes, classNames } = options;
  if (classes === undefined && classNames === undefined) {
    throw new OptionError('option/range', 'neither classes nor classNames is given', {
      place: 'fromIdx',
      mend: 'Give { classes: 10 }, or the names of the classes.',
    });
  }
  if (labels.shape.length !== 1 || images.shape[0] !== labels.shape[0]) {
    throw new DataError(
      'data/length',
      `images ${showShape(images.shape)} and labels ${showShape(labels.shape)} do not belong together`,
      { place: name, mend: 'Take both files from the same set.' },
    );
  }
  return fromArrays({
    input: images.values,
    inputShape: withChannel(images.shape.slice(1)),
    target: labels.values,
    ...(classes === undefined ? {} : { classes }),
    ...(classNames === undefined ? {} : { classNames }),
    name,
    ...(source === undefined ? {} : { source }),
  });
}
