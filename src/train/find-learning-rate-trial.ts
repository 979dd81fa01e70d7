/** A training that can be started over: the same first parameters and the same batches, at whatever rate is asked for. */

import { OptionError } from '../base/errors.ts';
import type { NumberRange } from '../base/number-range.ts';
import { checkNumber } from '../base/options.ts';
import type { Augmenter } from '../data/augmentation/augmenter.ts';
import type { Batches } from '../data/batches.ts';
import type { Dataset } from '../data/dataset.ts';
import { attach } from '../rule/attach.ts';
import { definitionOf, type Optimizer } from '../rule/rule.ts';
import { type Schedule, schedule } from '../rule/schedule.ts';
import { stage } from './staging.ts';
import type { TrainingStep } from './step.ts';

/** One compiled step, taken from its first parameters again and again. */
export interface Trial {
  /** Back to the first parameters, slots, states and batch. */
  restart(): void;
  /** One step at `learningRate`: the loss of its batch before the update, or Infinity where something is not finite. */
  step(learningRate: number): Promise<number>;
  /** The same, and the update is taken back: the loss that the first parameters have on the next batch. */
  standStill(learningRate: number): Promise<number>;
}

/** An optimizer whose rate is set between steps. All else of it, schedules included, is as it was. */
export interface Steered {
  readonly optimizer: Optimizer;
  /** What the optimizer takes for a rate. */
  readonly range: NumberRange;
  rate: number;
}

/** Replaces the rate of `optimizer` by one that is steered; refuses an optimizer without one. */
export function steer(place: string, optimizer: Optimizer): Steered {
  const definition = definitionOf(optimizer);
  const range = definition.hyper.learningRate;
  if (range === undefined) {
    throw new OptionError('learning-rate/absent', `${optimizer.optimizer} has no learningRate`, {
      place,
      mend: 'Nothing is to be searched for it; give an optimizer that has one.',
    });
  }
  const steered = { optimizer, range, rate: 0 };
  const learningRate: Schedule = schedule({
    name: 'steered',
    complete: (options) => options,
    at: () => steered.rate,
    bounds: () => [range.min ?? 0, range.max ?? Number.MAX_VALUE],
  })({});
  steered.optimizer = attach({ ...optimizer, learningRate }, definition);
  return steered;
}

export interface TrialOptions {
  readonly minibatch: TrainingStep;
  readonly steered: Steered;
  readonly batches: Batches;
  readonly training: Dataset;
  /** Changes the staged inputs at random, the same way for the same step. */
  readonly augment?: Augmenter;
  /** Steps of the training that is prepared for: what schedules in fractions of it go by. */
  readonly trainingSteps: number;
  readonly signal?: AbortSignal;
}

/** The search hands the thread back this often, so that signals and timers are heard. */
const breathEveryMs = 100;

export function createTrial(options: TrialOptions): Trial {
  const { minibatch, steered, batches, training, augment, trainingSteps, signal } = options;
  const { parameters, updater, staging } = minibatch;
  const first = new Map(Array.from(parameters, ([name, values]) => [name, values.slice()]));
  const position = { step: 0, epoch: 0, examples: 0, fraction: 0 };
  let next = batches.positionOf(0);
  let lastBreath = performance.now();

  const step = async (learningRate: number): Promise<number> => {
    signal?.throwIfAborted();
    const indices = batches.indices(next);
    stage(staging, training, indices);
    augment?.(staging.input, indices.length, position.step);
    steered.rate = learningRate;
    const { loss, finite } = await minibatch.run(indices.length, position);
    next = batches.next(next);
    position.step++;
    position.examples += indices.length;
    position.epoch = position.step / batches.stepsPerEpoch;
    position.fraction = Math.min(1, position.step / trainingSteps);
    if (performance.now() - lastBreath > breathEveryMs) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      lastBreath = performance.now();
    }
    return finite ? loss : Number.POSITIVE_INFINITY;
  };
  return {
    restart() {
      minibatch.reset();
      next = batches.positionOf(0);
      position.step = position.epoch = position.examples = position.fraction = 0;
    },
    step,
    async standStill(learningRate) {
      // A rate of zero would not do: some rules refuse it, and decay may act without it.
      const loss = await step(learningRate);
      for (const [name, values] of parameters) values.set(first.get(name)!);
      updater.resetSlots();
      return loss;
    },
  };
}

/** A mean in which old values fade by β, unbiased from the first one on: mₜ = Σ βᵗ⁻ⁱ xᵢ / Σ βᵗ⁻ⁱ. */
export function fadingMean(beta: number): (value: number) => number {
  let [sum, weight] = [0, 0];
  return (value) => {
    sum = beta * sum + value;
    weight = beta * weight + 1;
    return sum / weight;
  };
}

/** Four times a loss, beyond which a curve counts as diverged (Smith's test in fastai and Lightning); right below zero too. */
export function divergenceLimit(loss: number): number {
  return loss + 3 * Math.abs(loss);
}

/** A rate as people type it: three digits. */
export function roundRate(rate: number): number {
  return Number(rate.toPrecision(3));
}

/** Refuses a range that the optimizer does not take, or that is none. */
export function checkRange(place: string, min: number, max: number, { range }: Steered): void {
  checkNumber(place, 'min', min, { min: 0, exclusiveMin: true });
  checkNumber(place, 'min', min, range);
  checkNumber(place, 'max', max, range);
  if (max <= min) {
    throw new OptionError('option/range', `min is ${min} and max is ${max}`, { place, mend: 'Give a max above min.' });
  }
}
