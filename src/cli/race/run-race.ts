/** One race from its experiment to its directory; what `dolina race` does once its arguments are read. */

import type { Definitions } from '../../optim/read.ts';
import { scaleSchedule } from '../../optim/schedule/scale-schedule.ts';
import { comparisonSvg } from '../../plot/comparison.ts';
import { terminal } from '../../plot/terminal.ts';
import { boundsOf, isSchedule } from '../../rule/schedule.ts';
import { type Experiment, trainingOf } from '../../train/experiment.ts';
import type { BandKind } from '../../train/race/mean-curve.ts';
import { type RaceOptions, race } from '../../train/race/race.ts';
import type { RacePlan, RaceResult } from '../../train/race/result.ts';
import { sourceText, tellSources } from '../describe-sources.ts';
import { exitCodeOf, exitCodes } from '../exit-code.ts';
import { loadData } from '../load-data.ts';
import { openEngine } from '../open-engine.ts';
import { formatDuration, formatNumber } from '../present/number-format.ts';
import type { ProgressKind, Reporter } from '../report/reporter.ts';
import { stopSignals } from '../stop-signals.ts';
import type { Surroundings } from '../surroundings.ts';
import { versions } from '../versions.ts';
import { withHeldOut } from './held-out.ts';
import { raceChart, raceFigure, type Scale } from './race-figure.ts';
import { raceProgress } from './race-progress.ts';
import { createRaceRecorder, type RaceRecorder } from './race-recorder.ts';
import { raceTable } from './race-table.ts';

export interface RunRaceOptions {
  readonly experiment: Experiment;
  readonly definitions: Definitions;
  /** Lanes, seeds, tuning and what decides. */
  readonly race: Pick<RaceOptions, 'lanes' | 'seeds' | 'tuning' | 'measure' | 'target'>;
  /** Whether the schedule of the experiment's learning rate scales the rates of all lanes. */
  readonly scheduled: boolean;
  readonly scale: Scale;
  readonly band: BandKind;
  /** Folder of all runs. */
  readonly root: string;
  readonly kind: Exclude<ProgressKind, 'auto'>;
  readonly reporter: Reporter;
}

/** Races, saves and reports; gives the exit code. Throws what the experiment, its data or the lanes do wrong. */
export async function runRace(options: RunRaceOptions, around: Surroundings): Promise<number> {
  const { reporter, kind } = options;
  const { experiment, note } = withHeldOut(options.experiment);
  const notes = [...(note === undefined ? [] : [note]), ...scheduleNotes(options)];
  reporter.waiting('reading the data');
  const data = await loadData(experiment, { cacheFolder: around.cacheFolder, onEvent: tellSources(reporter) });
  reporter.close();
  reporter.say(sourceText(data));
  for (const one of notes) reporter.say(`note: ${one}`);
  const { engine, compile } = await openEngine(experiment.engine, around.cacheFolder);
  const signals = stopSignals(process, () => {
    reporter.say('stopping after this step; once more to leave at once');
  });
  const { root } = options;
  const recorder = createRaceRecorder({ experiment, root, versions: versions(engine), data: data.source, notes });
  const show = raceProgress({ kind, reporter, write: around.err, width: around.width, now: () => performance.now() });
  try {
    reporter.waiting('compiling');
    const { optimizer: _, stopping: __, ...settings } = trainingOf(experiment);
    const result = await race({
      ...settings,
      ...options.race,
      ...scheduleOf(options),
      ...{ definitions: options.definitions, training: data.training, validation: data.validation!, engine, compile },
      signal: signals.signal,
      on: (event) => {
        if (event.type === 'plan') {
          signals.saving();
          reporter.close();
          reporter.say(planText(experiment.name, event.plan));
        }
        recorder.on(event);
        show(event);
      },
    });
    const stopped = signals.exitCode() ?? exitCodes.interrupted;
    const code = { done: exitCodes.done, diverged: exitCodes.diverged, stopped }[result.status];
    finish(result, code, options, recorder, around);
    return code;
  } catch (error) {
    reporter.close();
    noteFailure(recorder, error);
    throw error;
  } finally {
    signals.dispose();
    await engine.release();
    const path = recorder.directory()?.path;
    if (path !== undefined) around.out(`${path}\n`);
  }
}

function finish(
  result: RaceResult,
  code: number,
  { experiment: { name }, scale, band, reporter, kind }: RunRaceOptions,
  recorder: RaceRecorder,
  around: Surroundings,
): void {
  const directory = recorder.directory();
  if (directory === undefined) return;
  recorder.finish(code);
  for (const over of ['steps', 'seconds'] as const) {
    directory.write(`race-${over}.svg`, comparisonSvg(raceFigure(result, over, { experiment: name, scale, band })));
  }
  reporter.close();
  if (kind === 'bar' && result.ranking.seeds.length > 0) {
    const width = Math.min(100, around.width());
    reporter.say(`\n${terminal(raceChart(result, name), { width, colour: around.colour })}\n`);
  }
  reporter.say(raceTable(result));
  reporter.say(
    [
      `\nraced in ${formatDuration(result.seconds)}`,
      `by step    ${directory.path}/race-steps.svg`,
      `by second  ${directory.path}/race-seconds.svg`,
      `all else   ${directory.path}/race.json`,
    ].join('\n'),
  );
  if (result.status === 'stopped') reporter.say(`${result.reason}: the race is kept as far as it went`);
  if (result.status === 'diverged')
    around.err(`error: ${result.reason}. Search smaller rates, or clip the gradient.\n`);
}

/** The experiment's schedule with 1 as its largest value, where it is wanted. */
function scheduleOf({ experiment, scheduled }: RunRaceOptions): Pick<RaceOptions, 'schedule'> {
  const { learningRate } = experiment.optimizer;
  if (!scheduled || !isSchedule(learningRate)) return {};
  const [, largest] = boundsOf(learningRate);
  return { schedule: scaleSchedule({ value: learningRate, by: 1 / largest }) };
}

function scheduleNotes({ experiment, scheduled }: RunRaceOptions): string[] {
  const { learningRate } = experiment.optimizer;
  if (!isSchedule(learningRate)) return [];
  const { schedule } = learningRate;
  return scheduled
    ? [`the rates of all lanes follow the experiment's ${schedule}, from the rate that is tuned or a default`]
    : [`the experiment's ${schedule} is left out: learning rates are constant (--schedule experiment keeps it)`];
}

function planText(name: string, plan: RacePlan): string {
  const { lanes, seeds, tuning, steps, epochs, parameters, trainingExamples, validationExamples } = plan;
  const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`;
  const tuned = lanes.filter(({ rate }) => rate === 'tuned').length;
  const runs = `${lanes.length * seeds.length} runs of ${count(epochs, 'epoch')} (${count(steps, 'step')})`;
  const lines = [
    `${name}: ${formatNumber(parameters)} parameters, ${trainingExamples} training examples, ${validationExamples} for validation`,
    `race: ${count(lanes.length, 'optimizer')}, ${count(seeds.length, 'seed')}, ${runs}, with ${plan.engine} on ${count(plan.threads, 'thread')}`,
  ];
  if (tuning !== undefined) {
    const { points, pointsPerDecade, mostPoints } = tuning;
    lines.push(
      `tuning: ${count(tuned, 'learning rate')} on grids of ${points} to ${mostPoints} rates, ${pointsPerDecade} to a factor of ten; ${count(tuning.steps, 'step')} each, seed ${tuning.seed}`,
    );
  }
  return lines.join('\n');
}

function noteFailure(recorder: RaceRecorder, error: unknown): void {
  try {
    recorder.fail(error instanceof Error ? error.message : String(error), exitCodeOf(error));
  } catch {
    // Where even that cannot be written (a full disk, say), the first error is the one to tell.
  }
}
