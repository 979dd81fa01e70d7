/** Where a run stands: all that changes from step to step outside of the step itself, and how it becomes a checkpoint. */

import { OptionError } from '../base/errors.ts';
import type { Statistics } from '../nn/state.ts';
import type { Position } from '../rule/schedule.ts';
import { type Checkpoint, tensorsOf } from './checkpoint/checkpoint.ts';
import { createEpochMeans, type EpochMeans } from './epoch-means.ts';
import type { EvaluationEvent } from './event.ts';
import type { StoredTensor } from './safetensors.ts';
import type { TrainingStep } from './step.ts';
import { createRunningLoss, type RunningLoss } from './stopping/running-loss.ts';
import type { Task } from './task.ts';

/** The best evaluation so far, and what the model was then. */
export interface Best {
  readonly evaluation: EvaluationEvent;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

export interface Progress {
  readonly position: { -readonly [K in keyof Position]: Position[K] };
  readonly history: EvaluationEvent[];
  readonly means: EpochMeans;
  readonly loss: RunningLoss;
  /** What normalization goes by. */
  statistics: Statistics;
  best: Best | undefined;
}

export function createProgress(task: Pick<Task, 'loss' | 'metrics'>): Progress {
  const history: EvaluationEvent[] = [];
  return {
    position: { step: 0, epoch: 0, examples: 0, fraction: 0, evaluations: history },
    history,
    means: createEpochMeans(task),
    loss: createRunningLoss(),
    statistics: 'batch',
    best: undefined,
  };
}

/** Copies of the parameters as they are evaluated and of the states that belong to the model. */
export function copyModel({ description, evaluated, states, settle }: TrainingStep): Map<string, StoredTensor> {
  settle();
  const kept = description.states.filter(({ perExample }) => !perExample);
  return new Map([
    ...description.parameters.map(
      ({ name, shape }) => [name, { shape, values: evaluated.get(name)!.slice() }] as const,
    ),
    ...kept.map(({ name, shape }) => [name, { shape, values: states.get(name)!.slice() }] as const),
  ]);
}

/** Copies of all that the run's next step depends on. */
export function captureProgress(progress: Progress, minibatch: TrainingStep, seconds: number): Checkpoint {
  const { position, history, means, loss, statistics, best } = progress;
  const { tensors, scalars, skipped, averaged } = minibatch.capture();
  const { step, epoch, examples } = position;
  return {
    state: {
      ...{ version: 1, step, epoch, examples, seconds, scalars, skipped, averaged, statistics },
      history: [...history],
      epochSums: means.sums(),
      loss: { ...loss },
      ...(best === undefined ? {} : { best: best.evaluation }),
    },
    tensors: new Map([...tensors, ...[...(best?.tensors ?? [])].map(([name, one]) => [`best/${name}`, one] as const)]),
  };
}

/**
 * Brings progress and step to where a checkpoint stood; `steps` is how many the training takes. Throws an OptionError where
 * the checkpoint is not of this training, or of a later step than its last.
 */
export function restoreProgress(
  progress: Progress,
  minibatch: TrainingStep,
  checkpoint: Checkpoint,
  steps: number,
): void {
  const { state, tensors } = checkpoint;
  const { step, epoch, examples, scalars, skipped, averaged, statistics, history, epochSums, loss, best } = state;
  if (step > steps) {
    throw new OptionError('checkpoint/beyond', `the checkpoint is of step ${step}, and the training takes ${steps}`, {
      place: 'resume',
      mend: 'Give more epochs or steps, or an earlier checkpoint.',
    });
  }
  const ofStep = new Map([...tensors].filter(([name]) => !name.startsWith('best/')));
  minibatch.restore({ tensors: ofStep, scalars, skipped, averaged });
  Object.assign(progress.position, { step, epoch, examples, fraction: steps > 0 ? step / steps : 1 });
  progress.history.push(...history);
  progress.means.load(epochSums);
  Object.assign(progress.loss, loss);
  progress.statistics = statistics;
  if (best !== undefined) progress.best = { evaluation: best, tensors: tensorsOf(checkpoint, 'best') };
}
