/**
 * The learning curve of one run, bounded in memory: the training loss as means over equal windows of steps, and every
 * evaluation, each with the seconds of training before it. Time that evaluations took does not count.
 */

import type { TrainingEvent } from '../event.ts';

/** The mean training loss over a window of steps, placed at the window's end. */
export interface LossPoint {
  readonly step: number;
  readonly seconds: number;
  readonly loss: number;
}

/** What was measured at a step. */
export interface EvaluationPoint {
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
  readonly measures: Readonly<Record<string, number>>;
}

/** How a run went, over its steps and its seconds of training. */
export interface LearningCurve {
  readonly losses: readonly LossPoint[];
  readonly evaluations: readonly EvaluationPoint[];
}

export interface CurveRecorder {
  on(event: TrainingEvent): void;
  curve(): LearningCurve;
  /** Seconds of training so far. */
  seconds(): number;
}

/** Windows of a whole run, the same steps for every lane and seed: few enough that the noise of batches fades in them. */
const windows = 80;

/** Records a run from its events; `before` is what was measured before the first step. */
export function createCurveRecorder(before?: Readonly<Record<string, number>>): CurveRecorder {
  const losses: LossPoint[] = [];
  const evaluations: EvaluationPoint[] = [];
  if (before !== undefined) evaluations.push({ step: 0, epoch: 0, seconds: 0, measures: before });
  // Windows end where this grows: they are equal to within a step, the last one too.
  let perStep = 1;
  const windowOf = (step: number) => Math.floor(step * perStep + 1e-9);
  let [sum, count] = [0, 0];
  // Seconds of the clock at the last step; of them, those that evaluations took before it; the rest is training.
  let [lastStepAt, evaluating, training] = [0, 0, 0];
  return {
    on(event) {
      switch (event.type) {
        case 'start':
          perStep = Math.min(1, windows / event.steps);
          break;
        case 'step':
          lastStepAt = event.time;
          training = event.time - evaluating;
          sum += event.loss;
          count++;
          if (windowOf(event.step) === windowOf(event.step - 1)) break;
          losses.push({ step: event.step, seconds: training, loss: sum / count });
          [sum, count] = [0, 0];
          break;
        case 'evaluation': {
          const { step, epoch, measures } = event;
          evaluations.push({ step, epoch, seconds: training, measures: { ...measures } });
          evaluating += Math.max(0, event.time - lastStepAt);
          break;
        }
      }
    },
    curve: () => ({ losses: [...losses], evaluations: [...evaluations] }),
    seconds: () => training,
  };
}
