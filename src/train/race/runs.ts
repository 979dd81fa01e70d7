/** The runs of a race, carried out one after the other on one engine: equal programs are compiled once. */

import type { Optimizer } from '../../rule/rule.ts';
import type { StartEvent, TrainingEvent } from '../event.ts';
import { type TrainOptions, train } from '../train.ts';
import type { RaceRun, RaceSubscriber } from './event.ts';
import { createCurveRecorder } from './learning-curve.ts';
import type { RacePlan } from './result.ts';

/** Lanes are compared over equally many steps, each from its start. */
export type NotRaced = 'stopping' | 'checkpoints' | 'resume' | 'clock';

/** What all runs of a race have in common. */
export type Settings = Omit<TrainOptions, 'optimizer' | 'seed' | 'on' | NotRaced>;

/** A run of no step: it checks and compiles everything, and measures the parameters from which all lanes start. */
export async function firstLook(settings: Settings, seed: number, optimizer: Optimizer) {
  let start: StartEvent | undefined;
  const { model } = await train({
    ...settings,
    ...{ optimizer, seed, steps: 0 },
    on: (event) => {
      if (event.type === 'start') start = event;
    },
  });
  const measures = await model.evaluate(settings.validation!);
  const before = Object.fromEntries(Object.entries(measures).map(([name, value]) => [`validation/${name}`, value]));
  return { start: start!, before };
}

interface Length {
  readonly steps: number;
  /** What was measured before the first step. */
  readonly before?: Readonly<Record<string, number>>;
}

export type Runs = ReturnType<typeof createRuns>;

/** Carries runs out one after the other, tells of them, and keeps count of the steps. */
export function createRuns(settings: Settings, plan: RacePlan, emit: RaceSubscriber) {
  const { lanes, seeds, tuning } = plan;
  const tuned = lanes.filter(({ rate }) => rate === 'tuned').length;
  let stepsDone = 0;
  let stepsLeft = lanes.length * seeds.length * plan.steps + (tuning ? tuned * tuning.points * tuning.steps : 0);
  let stopped: string | undefined;
  const aborted = () => {
    const { signal } = settings;
    if (signal?.aborted) stopped ??= typeof signal.reason === 'string' ? signal.reason : 'stopped by its caller';
    return stopped;
  };
  return {
    /** Why the race has been stopped, once it has. */
    stopped: aborted,
    /** Corrects what is still to come: a grid was widened, or a lane will not race. */
    expect(steps: number) {
      stepsLeft += steps;
    },
    async take(run: RaceRun, optimizer: Optimizer, { steps, before }: Length) {
      emit({ type: 'runStart', run, progress: { stepsDone, stepsPlanned: stepsDone + stepsLeft } });
      const recorder = createCurveRecorder(before);
      const on = (event: TrainingEvent) => {
        recorder.on(event);
        emit({ type: 'training', run, event });
      };
      // Enough epochs for the steps, whose number decides.
      const epochs = Math.max(plan.epochs, Math.ceil(steps / plan.stepsPerEpoch));
      const result = await train({ ...settings, optimizer, seed: run.seed, steps, epochs, on });
      if (result.status === 'stopped') stopped ??= result.reason;
      stepsDone += result.step;
      stepsLeft -= steps;
      return { ...result, recorder };
    },
  };
}
