/** What the live line tells, drawn from the steps: running means, since a single minibatch flickers too much to be read. */

import type { StepEvent, TrainingEvent } from '../../train/event.ts';
import type { ProgressState } from '../present/progress-line.ts';

/** Steps that a running mean remembers, about. */
const memory = 40;

/** A mean in which old steps fade: unbiased from the first step on, as Adam's moments are. */
function fadingMean() {
  const keep = 1 - 1 / memory;
  let [sum, weight] = [0, 0];
  return {
    add(value: number) {
      sum = keep * sum + value;
      weight = keep * weight + 1;
    },
    value: () => sum / weight,
  };
}

export interface RunningState {
  on(event: TrainingEvent): void;
  now(): ProgressState;
}

export function createRunningState(errorMetric: string | undefined): RunningState {
  const [loss, error, gradientNorm] = [fadingMean(), fadingMean(), fadingMean()];
  let stepsPerEpoch = 1;
  let epochs = 0;
  let last: Pick<StepEvent, 'step' | 'steps' | 'time' | 'examples' | 'hyper'> | undefined;
  return {
    on(event) {
      if (event.type === 'start') ({ stepsPerEpoch, epochs } = event);
      if (event.type !== 'step') return;
      loss.add(event.loss);
      gradientNorm.add(event.gradientNorm);
      if (errorMetric !== undefined) error.add(event.measures[errorMetric] ?? Number.NaN);
      last = event;
    },
    now() {
      const { step, steps, time, examples, hyper } = last ?? { step: 0, steps: 0, time: 0, examples: 0, hyper: {} };
      const epoch = Math.max(0, Math.ceil(step / stepsPerEpoch) - 1);
      const { learningRate } = hyper as { readonly learningRate?: number };
      return {
        epoch: epoch + 1,
        epochs: Math.max(1, Math.ceil(epochs)),
        step: step - epoch * stepsPerEpoch,
        stepsPerEpoch,
        loss: loss.value(),
        ...(errorMetric === undefined ? {} : { error: error.value() }),
        ...(learningRate === undefined ? {} : { learningRate }),
        gradientNorm: gradientNorm.value(),
        ...(time > 0 ? { examplesPerSecond: examples / time, secondsLeft: (time / step) * (steps - step) } : {}),
      };
    },
  };
}
