/** What a person, a log or a program is told of a race on its way; drawn by the reporter that a training has too. */

import type { RaceEvent, RaceProgress, RaceRun } from '../../train/race/event.ts';
import type { RacePlan } from '../../train/race/result.ts';
import type { LaneTuning } from '../../train/race/tuning.ts';
import { keyValueLine } from '../present/key-value-line.ts';
import { formatDuration, formatNumber } from '../present/number-format.ts';
import { bar } from '../present/progress-line.ts';
import { throttle } from '../present/throttle.ts';
import type { ProgressKind, Reporter } from '../report/reporter.ts';
import { measureName } from './race-table.ts';

export interface RaceProgressOptions {
  readonly kind: Exclude<ProgressKind, 'auto'>;
  readonly reporter: Reporter;
  /** Where lines of JSON go. */
  readonly write: (text: string) => void;
  readonly width: () => number;
  /** Milliseconds on a steady clock. */
  readonly now: () => number;
}

/** A subscriber of a race that shows where it stands. */
export function raceProgress(options: RaceProgressOptions): Listener {
  switch (options.kind) {
    case 'bar':
      return together(warnings(options.reporter), liveLine(options));
    case 'lines':
      return together(warnings(options.reporter), keyValueLines(options.reporter));
    case 'json':
      return (event) => options.write(jsonLine(event));
    case 'none':
      return () => {};
  }
}

type Listener = (event: RaceEvent) => void;

function together(...listeners: readonly Listener[]): Listener {
  return (event) => {
    for (const listener of listeners) listener(event);
  };
}

/** Each warning once for each lane, however many runs it has. */
function warnings({ say }: Reporter): Listener {
  const told = new Set<string>();
  return (event) => {
    if (event.type !== 'training' || event.event.type !== 'warning') return;
    const text = `warning: ${event.run.lane}: ${event.event.message}`;
    if (!told.has(text)) say(text);
    told.add(text);
  };
}

const short = (value: number) => formatNumber(value, { steady: true });

/** One line that is redrawn, and one that stays for each rate found and each run of the race. */
function liveLine({ reporter, width, now }: RaceProgressOptions): Listener {
  const due = throttle(now);
  let plan: RacePlan | undefined;
  let run: RaceRun | undefined;
  let progress: RaceProgress = { stepsDone: 0, stepsPlanned: 0 };
  let began = 0;
  let tuned = 0;
  return (event) => {
    switch (event.type) {
      case 'plan':
        plan = event.plan;
        began = now();
        break;
      case 'runStart':
        ({ run, progress } = event);
        break;
      case 'training':
        if (event.event.type === 'step' && due()) {
          const { step, steps, loss } = event.event;
          const done = progress.stepsDone + step;
          const secondsLeft = (((now() - began) / 1000) * (progress.stepsPlanned - done)) / done;
          const head = headOf(run!, plan!, tuned);
          reporter.waiting(fitted(head, step / steps, loss, secondsLeft, width() - 1));
        }
        break;
      case 'rates':
        if (event.side !== undefined) {
          const rates = event.rates.map((rate) => formatNumber(rate)).join(', ');
          reporter.say(`${event.lane}: the best rate is at the edge of its grid, which is widened by ${rates}`);
        }
        break;
      case 'tuned':
        tuned++;
        reporter.say(tunedText(event.tuning, plan!));
        break;
      case 'laneRun': {
        const { result } = event;
        const value = result.curve.evaluations.at(-1)?.measures[plan!.measure.tag];
        const what =
          result.status === 'done' && value !== undefined ? `${measureName(plan!)} ${short(value)}` : result.status;
        reporter.say(`${headOf(event.run, plan!, tuned)}  ${what}  ${formatDuration(result.seconds)}`);
        break;
      }
      case 'end':
        reporter.close();
        break;
    }
  };
}

function headOf(run: RaceRun, { lanes }: RacePlan, tuned: number): string {
  if (run.phase === 'race') {
    const number = String(run.number).padStart(String(run.of).length);
    return `race ${number}/${run.of}  ${run.lane}  seed ${run.seed}`;
  }
  const all = lanes.filter(({ rate }) => rate === 'tuned').length;
  const rate = `rate ${formatNumber(run.learningRate!)} (${run.number} of ${run.of})`;
  return `tuning ${tuned + 1}/${all}  ${run.lane}  ${rate}`;
}

/** The bar first, then the loss, are given up where the line is too long. */
function fitted(head: string, part: number, loss: number, secondsLeft: number, width: number): string {
  const left = `${formatDuration(secondsLeft)} left`;
  const losses = `loss ${short(loss)}`;
  const forms = [
    [head, bar(part, 24), losses, left],
    [head, bar(part, 10), losses, left],
    [head, losses, left],
    [head, left],
  ].map((words) => words.join('  '));
  return forms.find((form) => form.length <= width) ?? head;
}

function tunedText({ lane, learningRate, points, edge }: LaneTuning, plan: RacePlan): string {
  const rates = points.map((point) => point.learningRate);
  const lost = points.filter(({ status }) => status === 'diverged').length;
  const grid = `${points.length} rates from ${formatNumber(rates[0]!)} to ${formatNumber(rates.at(-1)!)}`;
  const notes = [grid, ...(lost > 0 ? [`${lost} diverged`] : []), ...(edge ? [`still best at the ${edge} edge`] : [])];
  if (points.length === 0) return `tuned  ${lane}  no rate tried`;
  if (learningRate === undefined) return `tuned  ${lane}  no rate found  (${notes.join(', ')})`;
  const best = points.find((point) => point.learningRate === learningRate)!;
  const value = best.value === undefined ? '' : `  ${measureName(plan)} ${short(best.value)}`;
  return `tuned  ${lane}  rate ${formatNumber(learningRate)}${value}  (${notes.join(', ')})`;
}

function keyValueLines({ say }: Reporter): Listener {
  let tag = 'validation/loss';
  return (event) => {
    if (event.type === 'plan') tag = event.plan.measure.tag;
    if (event.type === 'tuningRun') {
      const { lane, seed } = event.run;
      const { learningRate, status, value, step, seconds } = event.point;
      say(keyValueLine({ run: 'tuning', lane, seed, rate: learningRate, status, step, time: seconds, [tag]: value }));
    }
    if (event.type === 'tuned') {
      const { lane, learningRate, points, edge } = event.tuning;
      say(keyValueLine({ run: 'tuned', lane, rate: learningRate ?? 'none', rates: points.length, edge }));
    }
    if (event.type === 'laneRun') {
      const { lane, seed } = event.run;
      const { status, step, seconds, curve } = event.result;
      const value = curve.evaluations.at(-1)?.measures[tag];
      say(keyValueLine({ run: 'race', lane, seed, status, step, time: seconds, [tag]: value }));
    }
  };
}

/** An event as one line; whole curves are left to the run directory. */
function jsonLine(event: RaceEvent): string {
  const told =
    event.type === 'end' ? { type: 'end', status: event.result.status, ranking: event.result.ranking } : event;
  return `${JSON.stringify(told, (key, part) => {
    if (key === 'curve') return undefined;
    return typeof part === 'number' && !Number.isFinite(part) ? String(part) : part;
  })}\n`;
}
