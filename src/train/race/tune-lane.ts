/** The tuning of one lane: its runs, told as events, and what they say of each rate. */

import type { TuningPlan } from './budget.ts';
import type { RaceRun, RaceSubscriber } from './event.ts';
import { type Lane, type LaneSetting, optimizerOf, takesRate } from './lane.ts';
import type { Measure } from './measure.ts';
import type { Runs } from './runs.ts';
import { type TuningPoint, tuneRate } from './tuning.ts';

interface TuneLane {
  readonly measure: Measure;
  readonly setting: LaneSetting;
  readonly runs: Runs;
  readonly emit: RaceSubscriber;
}

/** Tries rates for a lane, by runs of the length that `plan` says, and chooses the best. */
export async function tuneLane(lane: Lane, plan: TuningPlan, { measure, setting, runs, emit }: TuneLane) {
  let [number, of] = [0, 0];
  // The first grid was counted when the race was planned, as it would be where the rule takes every rate.
  runs.expect(-plan.points * plan.steps);
  return tuneRate({
    ...{ lane: lane.name, start: lane.start!, size: plan, measure, allowed: takesRate(lane, setting.definitions) },
    onRates(rates, side) {
      of += rates.length;
      runs.expect(rates.length * plan.steps);
      emit({ type: 'rates', lane: lane.name, rates, ...(side === undefined ? {} : { side }) });
    },
    async run(learningRate) {
      if (runs.stopped() !== undefined) return undefined;
      number++;
      const run: RaceRun = { phase: 'tuning', lane: lane.name, seed: plan.seed, learningRate, number, of };
      const outcome = await runs.take(run, optimizerOf(lane, setting, learningRate), { steps: plan.steps });
      if (outcome.status === 'stopped') return undefined;
      const point = pointOf(outcome, measure);
      emit({ type: 'tuningRun', run, point: { learningRate, ...point } });
      return point;
    },
  });
}

function pointOf(
  { status, reason, step, measures, recorder }: Awaited<ReturnType<Runs['take']>>,
  { tag }: Measure,
): Omit<TuningPoint, 'learningRate' | 'widened'> {
  const ran = { step, seconds: recorder.seconds() };
  if (status === 'diverged') return { status, ...(reason === undefined ? {} : { reason }), ...ran };
  const [value, loss] = [measures[tag], measures['validation/loss']];
  return {
    status: 'done',
    ...(value === undefined ? {} : { value }),
    ...(loss === undefined ? {} : { loss }),
    ...ran,
  };
}
