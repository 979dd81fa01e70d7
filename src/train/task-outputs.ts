/** The outputs of a task's model, each with what it is compared with and how it is measured. A model may have only one. */

import { OptionError } from '../base/errors.ts';
import { suggestion } from '../base/nearest.ts';
import type { FieldSpec } from '../data/dataset.ts';
import { onlyOutput } from '../nn/forward.ts';
import type { Loss } from '../nn/loss/loss.ts';
import { isLoss, type WeightedLossPerOutput } from '../nn/loss/per-output.ts';
import type { Metric } from '../nn/metric/metric.ts';
import { type Metrics, type MetricsPerOutput, metricsOf } from '../nn/metric/per-output.ts';

/** One output of a model in training and evaluation. */
export interface TaskOutput {
  /** Its name; `output` where the model names none. */
  readonly name: string;
  /** The graph's input for its targets. */
  readonly targetName: string;
  readonly target: FieldSpec;
  readonly loss: Loss;
  /** How much its loss counts in that of the task. */
  readonly weight: number;
  readonly metrics: Metrics;
  /** What the names of its measures begin with: `digit/`, or nothing where it is the only output. */
  readonly prefix: string;
}

/** The graph's input for the targets of the only output. */
export const targetName = 'target';

/** What of a task says how its outputs are measured. */
export interface Measured {
  readonly loss: Loss | WeightedLossPerOutput;
  readonly metrics: Metrics | MetricsPerOutput;
}

/** And what they are compared with. */
export interface MeasuredTargets extends Measured {
  readonly target: FieldSpec;
  readonly targets?: Readonly<Record<string, FieldSpec>>;
}

/** The part of an output that data have no say in. */
export type MeasuredOutput = Omit<TaskOutput, 'target'>;

/** The outputs of a task without their targets: what measures are made of. */
export function measuredOutputs({ loss, metrics }: Measured): MeasuredOutput[] {
  if (isLoss(loss)) {
    return [{ name: onlyOutput, targetName, loss, weight: 1, metrics: metrics as Metrics, prefix: '' }];
  }
  return Object.entries(loss as WeightedLossPerOutput).map(([name, weighted]) => ({
    ...{ name, targetName: `${targetName}:${name}`, ...weighted, prefix: `${name}/` },
    metrics: metricsOf(metrics as MetricsPerOutput, name),
  }));
}

/** Throws an OptionError where the loss and the targets do not belong together. */
export function outputsOf(task: MeasuredTargets): TaskOutput[] {
  const { loss, target, targets } = task;
  const known = Object.keys(targets ?? {});
  if (isLoss(loss) && targets !== undefined) {
    throw new OptionError('option/outputs', `the loss is one, and the data have the targets ${known.join(', ')}`, {
      place: 'loss',
      mend: 'Give a loss for each output, { name: loss, … }, or keep one target: withTarget(set, name).',
    });
  }
  return measuredOutputs(task).map((output) => {
    const own = isLoss(loss) ? target : targets?.[output.name];
    if (own !== undefined) return { ...output, target: own };
    throw new OptionError('option/outputs', `the data have no target for the output "${output.name}"`, {
      place: 'loss',
      mend:
        targets === undefined
          ? 'They have one target, without a name: give one loss, or make the set with `targets`.'
          : suggestion(output.name, known),
    });
  });
}

/** The output of that name; without one, the only output. Throws an OptionError where it is not clear which is meant. */
export function outputNamed(place: string, task: Measured, name: string | undefined): MeasuredOutput {
  const outputs = measuredOutputs(task);
  const found = name === undefined && outputs.length === 1 ? outputs[0] : outputs.find((each) => each.name === name);
  if (found !== undefined) return found;
  const known = outputs.map((each) => each.name);
  const message = name === undefined ? 'the model has several outputs' : `there is no output "${name}"`;
  throw new OptionError('option/outputs', message, { place, mend: suggestion(name ?? '', known) });
}

/** The metrics by the names of their measures: `error`, or `digit/error` where there are several outputs. */
export function metricsByMeasure(task: Measured): Readonly<Record<string, Metric>> {
  return Object.fromEntries(
    measuredOutputs(task).flatMap(({ metrics, prefix }) =>
      Object.entries(metrics).map(([name, metric]) => [`${prefix}${name}`, metric] as const),
    ),
  );
}

/** Throws an OptionError where the outputs of a model are not those that losses are given for. */
export function checkModelOutputs(model: Iterable<string>, { loss }: Pick<Measured, 'loss'>): void {
  const given = [...model];
  const several = given.some((name) => name !== onlyOutput);
  if (isLoss(loss)) {
    if (!several) return;
    throw new OptionError('option/outputs', `the loss is one, and the model has the outputs ${given.join(', ')}`, {
      place: 'loss',
      mend: `Give a loss for each output: { ${given.map((name) => `${name}: …`).join(', ')} }.`,
    });
  }
  const named = Object.keys(loss);
  for (const name of named) {
    if (given.includes(name)) continue;
    throw new OptionError('option/outputs', `the model has no output "${name}"`, {
      place: 'loss',
      mend: several ? suggestion(name, given) : 'Its output has no name: end it with outputs({ … }).',
    });
  }
  for (const name of given) {
    if (named.includes(name)) continue;
    throw new OptionError('option/outputs', `there is no loss for the output "${name}"`, {
      place: 'loss',
      mend: suggestion(name, named),
    });
  }
}
