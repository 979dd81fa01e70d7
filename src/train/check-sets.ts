/** Whether data sets, loss and model fit each other: what can be refused before the first step. */

import { OptionError, ShapeError } from '../base/errors.ts';
import { suggestion } from '../base/nearest.ts';
import { type Shape, showShape } from '../base/shape.ts';
import type { Dataset, FieldSpec, TargetSpec } from '../data/dataset.ts';
import { targetsOf } from '../nn/loss/table.ts';
import type { Task } from './task.ts';
import { type MeasuredOutput, outputsOf } from './task-outputs.ts';

const place = 'train';

export function checkSets(task: Task, training: Dataset, validation: Dataset | undefined): void {
  const outputs = outputsOf(task);
  for (const { loss, target, prefix, name } of outputs) {
    if (targetsOf(loss) !== 'classes' || target.dtype !== 'float32') continue;
    const of = prefix === '' ? 'targets' : `targets "${name}"`;
    throw new OptionError(
      'data/target',
      `the loss ${loss.loss} needs class numbers, and ${training.name} has float32 ${of}`,
      {
        place,
        mend: 'Use meanSquare() for quantities, or give the targets as int32 class numbers.',
      },
    );
  }
  if (validation === undefined) return;
  checkSame('input', training.input, validation.input);
  for (const output of outputs) {
    checkSame(output.prefix === '' ? 'target' : `target "${output.name}"`, output.target, targetIn(validation, output));
  }
}

function checkSame(what: string, a: FieldSpec, b: FieldSpec): void {
  if (showShape(a.shape) === showShape(b.shape) && a.dtype === b.dtype) return;
  throw new ShapeError(
    'data/validation',
    `${what}s of the training set are ${a.dtype}${showShape(a.shape)}, of the validation set ${b.dtype}${showShape(b.shape)}`,
    { place, mend: 'Give both sets the same fields.' },
  );
}

/** Refuses a set that the task's model cannot be measured on. */
export function checkMeasurable(task: Task, dataset: Dataset): void {
  const fields = outputsOf(task).map((output) => {
    return [
      output.prefix === '' ? 'target' : `target "${output.name}"`,
      output.target,
      targetIn(dataset, output),
    ] as const;
  });
  for (const [what, a, b] of [['input', task.input, dataset.input] as const, ...fields]) {
    if (showShape(a.shape) === showShape(b.shape) && a.dtype === b.dtype) continue;
    throw new ShapeError(
      'data/test',
      `${what}s were ${a.dtype}${showShape(a.shape)} in training, and are ${b.dtype}${showShape(b.shape)} in ${dataset.name}`,
      { place: 'evaluate', mend: 'Give a set with the same fields.' },
    );
  }
}

/** What a data set has for an output to be compared with. Throws an OptionError where that is nothing. */
export function targetIn(dataset: Dataset, { name, prefix }: Pick<MeasuredOutput, 'name' | 'prefix'>): TargetSpec {
  const { targets, target } = dataset;
  if (prefix === '' && targets === undefined) return target;
  const own = prefix === '' ? undefined : targets?.[name];
  if (own !== undefined) return own;
  const known = Object.keys(targets ?? {});
  throw new OptionError(
    'option/outputs',
    prefix === ''
      ? `${dataset.name} has the targets ${known.join(', ')}, and the model has one output`
      : `${dataset.name} has no target "${name}"`,
    { place, mend: prefix === '' ? 'Give withTarget(set, name).' : suggestion(name, known) },
  );
}

/** Whether each output has a number for each class of its targets. */
export function checkClasses(
  training: Dataset,
  outputs: Readonly<Record<string, { readonly shape: Shape }>>,
  task: Task,
): void {
  for (const { name, loss, prefix } of outputsOf(task)) {
    const { classes } = targetIn(training, { name, prefix });
    const given = outputs[name]?.shape.at(-1);
    if (classes === undefined || targetsOf(loss) !== 'classes' || given === undefined || given >= classes) continue;
    const [what, which] = prefix === '' ? ['the model', ''] : [`the output "${name}"`, ` of "${name}"`];
    throw new ShapeError(
      'data/classes',
      `${what} gives ${given} numbers for each example, and ${training.name} has ${classes} classes${which}`,
      { place, mend: `Let its last layer be dense(${classes}).` },
    );
  }
}
