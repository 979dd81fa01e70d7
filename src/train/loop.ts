/**
 * The training loop. It takes steps, asks for measures and tells subscribers; when to stop and when to save is what
 * policies say.
 */

import type { Augmenter } from '../data/augmentation/augmenter.ts';
import type { Batches } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import type { Statistics } from '../nn/state.ts';

import { affordable, type CheckpointPolicy, isDue } from './checkpoint/policy.ts';
import type { CheckpointStore } from './checkpoint/store.ts';
import type { Evaluator } from './evaluator.ts';
import type { EvaluationEvent, Status, StepEvent, Subscriber } from './event.ts';
import { hyperTag } from './metrics-log.ts';
import { captureProgress, copyModel, type Progress } from './progress.ts';
import type { RunControl } from './run-control.ts';
import { stage } from './staging.ts';
import type { StepOutcome, TrainingStep } from './step.ts';
import { bestEvaluation } from './stopping/early-stopping.ts';
import { bestOf, type Monitor } from './stopping/monitor.ts';
import { addLoss } from './stopping/running-loss.ts';
import { decide, restoring, type StoppingPolicy } from './stopping/stopping.ts';
import type { Stopwatch } from './stopwatch.ts';

export interface LoopOptions {
  readonly minibatch: TrainingStep;
  readonly batches: Batches;
  readonly training: Dataset;
  readonly validation: Dataset | undefined;
  readonly augment: Augmenter | undefined;
  readonly evaluate: Evaluator;
  /** What normalization goes by in the next step. */
  readonly statistics: () => Promise<Statistics>;
  readonly progress: Progress;
  /** Steps that the whole training takes, and the passes over the set that this was said in. */
  readonly steps: number;
  readonly epochs: number;
  readonly stopping: readonly StoppingPolicy[];
  readonly checkpoints: LoopCheckpoints | undefined;
  readonly watch: Stopwatch;
  readonly emit: Subscriber;
  readonly control: RunControl;
}

export interface LoopCheckpoints {
  readonly policy: CheckpointPolicy;
  /** What the best checkpoint is chosen by, where one is kept. */
  readonly best: Monitor | undefined;
  readonly store: CheckpointStore;
}

/** How the loop was left. */
export interface LoopEnd {
  readonly status: Status;
  readonly reason?: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Trains from where `progress` stands to the last step, or to where it is stopped. */
export async function trainingLoop(options: LoopOptions): Promise<LoopEnd> {
  const { minibatch, batches, training, augment, statistics, progress, steps, epochs, watch, emit, control } = options;
  const { position, means } = progress;
  const before = { ...position };
  const saver = createSaver(options);
  const event: Mutable<StepEvent> = {
    ...{ type: 'step', steps, epochs, step: 0, epoch: 0, examples: 0, time: 0 },
    ...{ loss: 0, measures: {}, hyper: {}, gradientNorm: 0, clipped: 1 },
  };
  const tell = (outcome: StepOutcome): void => {
    event.step = position.step;
    event.epoch = position.epoch;
    event.examples = position.examples;
    event.time = watch.seconds();
    event.loss = outcome.loss;
    event.measures = outcome.measures;
    event.hyper = outcome.hyper;
    event.gradientNorm = outcome.gradientNorm;
    event.clipped = outcome.clipped;
    emit(event);
  };
  const verdict = (evaluated: boolean) => {
    const { history, loss } = progress;
    return decide(options.stopping, { position, steps, seconds: watch.seconds(), history, evaluated, loss });
  };

  // A run that was stopped for good says so again when it is resumed.
  let ending: LoopEnd | undefined = verdict(progress.history.at(-1)?.step === position.step);
  for (let next = batches.positionOf(position.step); position.step < steps; next = batches.next(next)) {
    if (ending !== undefined) return ending;
    watch.leaveOut(await control.between());
    const { stopReason } = control;
    if (stopReason !== undefined) {
      await saver.save();
      return { status: 'stopped', reason: stopReason };
    }
    if (next.batch === 0) minibatch.forget();
    const indices = batches.indices(next);
    stage(minibatch.staging, training, indices);
    augment?.(minibatch.staging.input, indices.length, position.step);
    const outcome = await minibatch.run(indices.length, position, await statistics());
    if (!outcome.finite) {
      const reason = divergenceReason(position.step + 1, outcome.loss, minibatch.firstNonFinite());
      return { status: 'diverged', reason };
    }
    Object.assign(before, position);
    position.step++;
    position.examples += indices.length;
    position.epoch = position.step / batches.stepsPerEpoch;
    position.fraction = position.step / steps;
    minibatch.average(before, position);
    if (position.step === steps) await statistics();
    tell(outcome);
    means.add(outcome, indices.length);
    addLoss(progress.loss, outcome.loss);

    const evaluated = position.step % batches.stepsPerEpoch === 0 || position.step === steps;
    if (evaluated) await evaluateNow(options, outcome.hyper);
    ending = verdict(evaluated);
    if (ending?.status === 'done' && !evaluated) await evaluateNow(options, outcome.hyper);
    const last = position.step === steps || ending?.status === 'done';
    await (last ? saver.save() : saver.saveIfDue(before, evaluated));
  }
  return ending ?? { status: 'done' };
}

/** Measures, and keeps the parameters where they are the best that early stopping has seen. */
async function evaluateNow(options: LoopOptions, hyper: StepOutcome['hyper']): Promise<void> {
  const { minibatch, validation, evaluate, progress, steps, watch, emit } = options;
  const measures = progress.means.take(watch.seconds());
  for (const [name, value] of Object.entries(hyper)) measures[hyperTag(name)] = value;
  minibatch.settle();
  if (validation !== undefined) {
    for (const [name, value] of Object.entries(await evaluate(validation))) measures[`validation/${name}`] = value;
  }
  const { step, epoch, examples } = progress.position;
  const evaluation: EvaluationEvent = { type: 'evaluation', step, epoch, examples, time: watch.seconds(), measures };
  progress.history.push(evaluation);
  const policy = restoring(options.stopping);
  if (policy !== undefined && bestEvaluation(policy, { history: progress.history, steps }) === evaluation) {
    progress.best = { evaluation, tensors: copyModel(minibatch) };
  }
  emit(evaluation);
  progress.means.begin(watch.seconds());
}

function createSaver({ checkpoints, progress, minibatch, watch, emit }: LoopOptions) {
  let savedAt = watch.seconds();
  let spent = 0;
  let savedStep = progress.position.step > 0 ? progress.position.step : -1;
  const save = async (): Promise<void> => {
    const { step, epoch, examples } = progress.position;
    if (checkpoints === undefined || savedStep === step) return;
    const { store, best } = checkpoints;
    const { history } = progress;
    const isBest = best !== undefined && history.at(-1)?.step === step && bestOf(best, history) === history.length - 1;
    const seconds = watch.seconds();
    await store.save(captureProgress(progress, minibatch, seconds), isBest);
    savedAt = seconds;
    spent += watch.seconds() - seconds;
    savedStep = step;
    emit({ type: 'checkpoint', step, epoch, examples, time: seconds, best: isBest });
  };
  return {
    save,
    async saveIfDue(before: Progress['position'], evaluated: boolean): Promise<void> {
      if (checkpoints === undefined) return;
      const { policy, best } = checkpoints;
      if (policy.every === 'auto' && spent > affordable * watch.seconds()) return;
      const { position, history } = progress;
      const better = evaluated && best !== undefined && bestOf(best, history) === history.length - 1;
      if (better || isDue(policy, before, { position, seconds: watch.seconds() }, savedAt)) await save();
    },
  };
}

function divergenceReason(step: number, loss: number, parameter: string | undefined): string {
  const what = parameter === undefined ? `the loss is ${loss}` : `the gradient of ${parameter} is not finite`;
  return `diverged at step ${step}: ${what}. Lower the learning rate, or clip the gradient`;
}
