/** How often each class is taken for each other. */

import { type Dtype, type HostArray, hostArray } from '../base/dtype.ts';
import { DataError, ShapeError } from '../base/errors.ts';
import { type Shape, showShape, size } from '../base/shape.ts';
import type { Dataset } from '../data/dataset.ts';

/** How often examples of each class are said to be of each class. */
export interface ConfusionMatrix {
  /** One for each class: those of the data set, else the class numbers. */
  readonly classNames: readonly string[];
  /** `counts[label][said]`: rows are what examples are, columns what the model says. */
  readonly counts: readonly (readonly number[])[];
}

export interface ConfusionMatrixOptions {
  readonly dataset: Dataset;
  /** The examples that are predicted together, at most `most` of them. */
  readonly order: Iterable<Uint32Array>;
  readonly most: number;
  /** Outputs for so many raw inputs, one example after another. */
  readonly predict: (
    input: HostArray,
    length: number,
  ) => Promise<{ readonly values: Float32Array; readonly shape: Shape }>;
  /** Positions with this label are left out. */
  readonly ignoredLabel?: number;
}

/**
 * Counts what a model says of a data set, class by class. Logits [N, classes] or [N, …, classes] say the class of the largest
 * (the first of equals); a single logit says 1 where it is above 0, and its target counts as 1 above 0.5.
 */
export async function confusionMatrix(options: ConfusionMatrixOptions): Promise<ConfusionMatrix> {
  const { dataset, order, predict, ignoredLabel } = options;
  const most = Math.min(options.most, dataset.size);
  const inputs = hostArray(dataset.input.dtype as Dtype, most * size(dataset.input.shape));
  const labels = hostArray(dataset.target.dtype as Dtype, most * size(dataset.target.shape));
  const positions = size(dataset.target.shape);
  const counts: number[][] = [];
  for (const indices of order) {
    const { length } = indices;
    dataset.copy(indices, inputs, labels);
    const { values, shape } = await predict(inputs, length);
    const units = values.length / (length * positions);
    if (!Number.isInteger(units)) {
      throw new ShapeError(
        'shape/confusion-matrix',
        `outputs ${showShape(shape)} for labels ${showShape(dataset.target.shape)}`,
        {
          place: 'confusionMatrix',
          mend: 'The model must give a number for each class, or one number, for each label.',
        },
      );
    }
    const classes = units === 1 ? 2 : units;
    while (counts.length < classes) counts.push(new Array<number>(classes).fill(0));
    for (let i = 0; i < length * positions; i++) {
      const given = labels[i]!;
      if (given === ignoredLabel) continue;
      const label = units === 1 ? Number(given > 0.5) : given;
      const row = counts[label];
      if (row === undefined) {
        throw new DataError(
          'data/label',
          `the label of example ${indices[Math.floor(i / positions)]} (counted from 0) is ${label}`,
          {
            place: 'confusionMatrix',
            mend: `With ${classes} outputs, labels are the integers 0 to ${classes - 1}.`,
          },
        );
      }
      row[units === 1 ? Number(values[i]! > 0) : firstLargest(values, i * units, units)]!++;
    }
  }
  return Object.freeze({
    classNames: counts.map((_, c) => dataset.classNames?.[c] ?? String(c)),
    counts: counts.map((row) => Object.freeze(row)),
  });
}

function firstLargest(values: Float32Array, begin: number, length: number): number {
  let best = 0;
  for (let i = 1; i < length; i++) if (values[begin + i]! > values[begin + best]!) best = i;
  return best;
}
