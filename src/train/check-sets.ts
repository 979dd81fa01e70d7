/** Whether data sets, loss and model fit each other: what can be refused before the first step. */

import { OptionError, ShapeError } from '../base/errors.ts';
import { type Shape, showShape } from '../base/shape.ts';
import type { Dataset } from '../data/dataset.ts';
import { targetsOf } from '../nn/loss/table.ts';
import type { Task } from './task.ts';

const place = 'train';

export function checkSets(task: Task, training: Dataset, validation: Dataset | undefined): void {
  if (targetsOf(task.loss) === 'classes' && training.target.dtype === 'float32') {
    throw new OptionError(
      'data/target',
      `the loss ${task.loss.loss} needs class numbers, and ${training.name} has float32 targets`,
      {
        place,
        mend: 'Use meanSquare() for quantities, or give the targets as int32 class numbers.',
      },
    );
  }
  if (validation === undefined) return;
  for (const field of ['input', 'target'] as const) {
    const a = training[field];
    const b = validation[field];
    if (showShape(a.shape) !== showShape(b.shape) || a.dtype !== b.dtype) {
      throw new ShapeError(
        'data/validation',
        `${field}s of the training set are ${a.dtype}${showShape(a.shape)}, of the validation set ${b.dtype}${showShape(b.shape)}`,
        { place, mend: 'Give both sets the same fields.' },
      );
    }
  }
}

export function checkClasses(training: Dataset, output: Shape, task: Task): void {
  const { classes } = training.target;
  if (classes === undefined || targetsOf(task.loss) !== 'classes' || output.at(-1)! >= classes) return;
  throw new ShapeError(
    'data/classes',
    `the model gives ${output.at(-1)} numbers for each example, and ${training.name} has ${classes} classes`,
    { place, mend: `Let its last layer be dense(${classes}).` },
  );
}
