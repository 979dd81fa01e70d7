/**
 * A fair race between optimizers: for each seed every lane starts from the same parameters and sees the same batches in
 * the same order; the learning rate of each is tuned on a grid of its own, under a seed that is not raced; what decides
 * is a measure of the validation set, with its spread over the seeds.
 */

import { OptionError } from '../../base/errors.ts';
import { checkNumber } from '../../base/options.ts';
import { readLosses } from '../../nn/loss/per-output.ts';
import { readMetrics } from '../../nn/metric/per-output.ts';
import type { Definitions } from '../../optim/read.ts';
import type { Optimizer } from '../../rule/rule.ts';
import type { Schedule } from '../../rule/schedule.ts';
import type { Status } from '../event.ts';
import { metricsByMeasure } from '../task-outputs.ts';
import type { TrainOptions } from '../train.ts';
import { readTuning, type TuningOptions } from './budget.ts';
import type { RaceRun, RaceSubscriber } from './event.ts';
import { type Lane, type LaneOptions, type LaneSetting, optimizerOf, readLanes } from './lane.ts';
import type { LaneResult, LaneRun } from './lane-result.ts';
import { readMeasure } from './measure.ts';
import { rankLanes } from './ranking.ts';
import type { RacePlan, RaceResult } from './result.ts';
import { createRuns, firstLook, type NotRaced } from './runs.ts';
import { tuneLane } from './tune-lane.ts';
import type { LaneTuning } from './tuning.ts';

/** What `race` takes: the options of `train`, with lanes and seeds in the place of one optimizer and one seed. */
export interface RaceOptions extends Omit<TrainOptions, 'optimizer' | 'seed' | 'validation' | 'on' | NotRaced> {
  /** Optimizers by name, or as data without a learning rate; one that has its rate keeps it and is not tuned. */
  readonly lanes: readonly LaneOptions[];
  /** What decides. Not the test set: rates are chosen by it. */
  readonly validation: NonNullable<TrainOptions['validation']>;
  /** How many seeds, at least 3 (the default): fewer show no spread. */
  readonly seeds?: number;
  /** The first of the seeds; the others follow it. Default 0. */
  readonly seed?: number;
  /** How learning rates are searched; `false` races every rule at its default rate. */
  readonly tuning?: TuningOptions | false;
  /** What every rate is multiplied by that is not given with its lane: a decay from 1, say. Default: rates are constant. */
  readonly schedule?: Schedule;
  /** The measure that decides: a metric's name or `loss`. Default: the first metric, else the loss. */
  readonly measure?: string;
  /** The value of the measure to which times are taken. Default: the worst at which any run ended. */
  readonly target?: number;
  /** Rules and schedules of your own that lanes may name. */
  readonly definitions?: Definitions;
  readonly on?: RaceSubscriber | readonly RaceSubscriber[];
}

const place = 'race';
const fewestSeeds = 3;

/**
 * Races optimizers against each other on one training problem.
 *
 * @example
 * const { ranking } = await race({
 *   model, training, validation, loss: softmaxCrossEntropy(), metrics: { error: zeroOne() }, epochs: 10,
 *   lanes: ['sgd', { optimizer: 'momentum', momentum: 0.99 }, 'adam'], engine: await cpuEngine(),
 * });
 * ranking.lanes[0]; // { lane: 'adam', rank: 1, tiedWith: [], final: { mean: …, deviation: … }, … }
 *
 * Rates are constant unless a `schedule` scales them all, or a lane is given one. Seeds are raced one after the other, each by all lanes,
 * which take turns in going first: a machine that becomes slower slows all of them. A run that leaves the finite numbers
 * has diverged and counts as the worst. Aborting `signal` finishes the step, and ranks by the seeds that are complete.
 *
 * @throws OptionError for unknown lanes and settings, with the nearest name, and for fewer than 3 seeds.
 */
export async function race(options: RaceOptions): Promise<RaceResult> {
  const { lanes: given, seeds: count, seed, tuning, measure: tag, target, on, ...rest } = options;
  const { definitions = {}, schedule, ...settings } = rest;
  const setting: LaneSetting = { definitions, ...(schedule === undefined ? {} : { schedule }) };
  const lanes = readLanes(given, { tuned: tuning !== false, definitions });
  const seeds = readSeeds(count ?? fewestSeeds, seed ?? 0);
  const loss = readLosses(options.loss);
  const measure = readMeasure(metricsByMeasure({ loss, metrics: readMetrics(options.metrics ?? {}, loss) }), tag);
  if (target !== undefined) checkNumber(place, 'target', target);
  if (settings.validation === undefined) {
    throw new OptionError('option/missing', 'validation is missing', {
      place,
      mend: 'Hold a part of the training set out, with split(training, { fraction: 0.1, seed: 0 }).',
    });
  }
  const subscribers = on === undefined ? [] : [on].flat();
  const emit: RaceSubscriber = (event) => {
    for (const subscriber of subscribers) subscriber(event);
  };

  const first = await firstLook(settings, seeds[0]!, anyOptimizer(lanes[0]!, setting));
  const { start } = first;
  const steps = Math.min(settings.steps ?? Number.POSITIVE_INFINITY, Math.round(start.epochs * start.stepsPerEpoch));
  const tuned = lanes.some(({ rate }) => rate === 'tuned');
  const { stepsPerEpoch, epochs, batchSize, parameters, trainingExamples, validationExamples, engine, threads } = start;
  const plan: RacePlan = Object.freeze({
    lanes,
    seeds,
    ...(tuned ? { tuning: readTuning(tuning || {}, { steps, stepsPerEpoch, seeds }) } : {}),
    ...(schedule === undefined ? {} : { schedule }),
    ...{ measure, epochs, steps, stepsPerEpoch, batchSize, parameters, trainingExamples, validationExamples },
    ...{ engine, threads },
  });
  if (plan.tuning !== undefined && seeds.includes(plan.tuning.seed)) {
    throw new OptionError('option/range', `the seed of tuning, ${plan.tuning.seed}, is one of the race's`, {
      place,
      mend: `Give one that is none of ${seeds.join(', ')}: a rate is not to be tried where it was chosen.`,
    });
  }
  emit({ type: 'plan', plan });

  const started = performance.now();
  const runs = createRuns(settings, plan, emit);
  const tunings: LaneTuning[] = [];
  for (const lane of lanes) {
    if (lane.rate !== 'tuned' || runs.stopped() !== undefined) continue;
    const tuning = await tuneLane(lane, plan.tuning!, { measure, setting, runs, emit });
    tunings.push(tuning);
    emit({ type: 'tuned', tuning });
  }

  const rateOf = (lane: Lane) => tunings.find((one) => one.lane === lane.name)?.learningRate;
  const racing = lanes.filter((lane) => lane.rate !== 'tuned' || rateOf(lane) !== undefined);
  for (const lane of lanes) if (!racing.includes(lane)) runs.expect(-seeds.length * steps);
  const found = new Map<Lane, LaneRun[]>(lanes.map((lane) => [lane, []]));
  let number = 0;
  for (const [turn, seed] of seeds.entries()) {
    if (runs.stopped() !== undefined || racing.length === 0) break;
    const optimizer = anyOptimizer(lanes[0]!, setting);
    const { before } = turn === 0 ? first : await firstLook(settings, seed, optimizer);
    for (const [i] of racing.entries()) {
      if (runs.stopped() !== undefined) break;
      const lane = racing[(i + turn) % racing.length]!;
      number++;
      const run: RaceRun = { phase: 'race', lane: lane.name, seed, number, of: racing.length * seeds.length };
      const { status, reason, step, recorder } = await runs.take(run, optimizerOf(lane, setting, rateOf(lane)), {
        steps,
        before,
      });
      const why = reason === undefined ? {} : { reason };
      const result: LaneRun = { seed, status, ...why, step, seconds: recorder.seconds(), curve: recorder.curve() };
      found.get(lane)!.push(result);
      emit({ type: 'laneRun', run, result });
    }
  }

  const results = lanes.map((lane): LaneResult => {
    const learningRate = lane.rate === 'tuned' ? rateOf(lane) : lane.learningRate;
    return { lane, ...(learningRate === undefined ? {} : { learningRate }), runs: found.get(lane)! };
  });
  const all = [...found.values()].flat();
  const stopped = runs.stopped();
  const lost = stopped === undefined && all.every(({ status }) => status === 'diverged');
  const status: Status = stopped !== undefined ? 'stopped' : lost ? 'diverged' : 'done';
  const reason = stopped ?? (lost ? 'every run of every lane diverged' : undefined);
  const result: RaceResult = {
    status,
    ...(reason === undefined ? {} : { reason }),
    ...{ plan, tunings, lanes: results },
    ranking: rankLanes(results, measure, target),
    seconds: (performance.now() - started) / 1000,
  };
  emit({ type: 'end', result });
  return result;
}

function readSeeds(count: number, first: number): number[] {
  checkNumber(place, 'seed', first, { integer: true, min: 0, max: Number.MAX_SAFE_INTEGER - 1000 });
  checkNumber(place, 'seeds', count, { integer: true, min: 1, max: 1000 });
  if (count < fewestSeeds) {
    throw new OptionError('option/range', `seeds is ${count}`, {
      place,
      mend: `Give at least ${fewestSeeds}: with fewer there is no telling a better optimizer from a luckier seed.`,
    });
  }
  return Array.from({ length: count }, (_, i) => first + i);
}

function anyOptimizer(lane: Lane, setting: LaneSetting): Optimizer {
  return optimizerOf(lane, setting, lane.start);
}
