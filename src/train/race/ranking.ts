/**
 * Who won, and whether that can be said: lanes ordered by the mean of their last measures over the seeds, and called
 * tied where their spreads overlap; and how long each took to a target that all of them reached.
 */

import type { LaneResult, LaneRun } from './lane-result.ts';
import { measureCurve } from './mean-curve.ts';
import { compare, type Measure } from './measure.ts';
import { type Spread, spreadOf } from './spread.ts';

/** How a lane got to the target. */
export interface ToTarget {
  /** The seeds whose runs reached it. */
  readonly reached: number;
  /** Of training, without evaluation; over the seeds that reached it. */
  readonly seconds?: Spread;
  readonly steps?: Spread;
  /** By seconds, among the lanes that reached it with every seed; counted as `rank` is. */
  readonly rank?: number;
}

/** A lane in the order of the race. */
export interface RankedLane {
  readonly lane: string;
  /** 1 + the number of lanes that are clearly better; absent where no run of it counts. */
  readonly rank?: number;
  /** Lanes that it cannot be told from: their means ± one standard deviation overlap with its own. */
  readonly tiedWith: readonly string[];
  /** The last measure of each run that did not diverge. */
  readonly final?: Spread;
  /** How many of its runs diverged. Such a lane stands behind all that have none. */
  readonly diverged: number;
  readonly runs: number;
  readonly toTarget: ToTarget;
}

/** The lanes of a race in their order, and what they are ordered by. */
export interface Ranking {
  readonly measure: Measure;
  /** The measure to which the times are taken; absent where no run counts. */
  readonly target?: number;
  /** The seeds that count: those that every lane with a rate has finished. */
  readonly seeds: readonly number[];
  /** From the best. */
  readonly lanes: readonly RankedLane[];
}

/** Ranks lanes. `target`: default, the worst last measure of any run that did not diverge, which every one reached. */
export function rankLanes(results: readonly LaneResult[], measure: Measure, target?: number): Ranking {
  const racing = results.filter(({ runs }) => runs.length > 0);
  const finished = (run: LaneRun) => run.status !== 'stopped';
  const seeds = (racing[0]?.runs ?? [])
    .map(({ seed }) => seed)
    .filter((seed) => racing.every(({ runs }) => runs.some((run) => run.seed === seed && finished(run))));
  const counted = new Map(
    results.map(({ lane, runs }) => [lane.name, runs.filter((run) => seeds.includes(run.seed) && finished(run))]),
  );
  const finals = new Map([...counted].map(([name, runs]) => [name, runs.flatMap((run) => lastMeasure(run, measure))]));
  const worst = [...finals.values()].flat().sort((a, b) => compare(measure, b, a))[0];
  const goal = target ?? worst;

  const unranked = results.map(({ lane: { name: lane } }): RankedLane => {
    const runs = counted.get(lane)!;
    const values = finals.get(lane)!;
    return {
      lane,
      tiedWith: [],
      ...(values.length === 0 ? {} : { final: spreadOf(values) }),
      diverged: runs.length - values.length,
      runs: runs.length,
      toTarget: goal === undefined ? { reached: 0 } : toTarget(runs, measure, goal),
    };
  });
  const bySeconds = unranked.flatMap(({ lane, runs, toTarget: { reached, seconds } }) =>
    seconds !== undefined && reached === runs ? [{ lane, seconds }] : [],
  );
  const lanes = unranked
    .map((one): RankedLane => {
      const others = unranked.filter(({ lane }) => lane !== one.lane);
      const { seconds } = one.toTarget;
      const faster = bySeconds.filter((other) => seconds !== undefined && isClear(other.seconds, seconds, 'lower'));
      const ranked = bySeconds.some(({ lane }) => lane === one.lane);
      return {
        ...one,
        ...(one.runs === 0 ? {} : { rank: 1 + others.filter((other) => isBetter(other, one, measure)).length }),
        tiedWith: others.filter((other) => isTied(one, other, measure)).map(({ lane }) => lane),
        toTarget: { ...one.toTarget, ...(ranked ? { rank: 1 + faster.length } : {}) },
      };
    })
    .sort((a, b) => inOrder(a, b, measure));
  return { measure, ...(goal === undefined ? {} : { target: goal }), seeds, lanes };
}

function lastMeasure(run: LaneRun, { tag }: Measure): number[] {
  const value = run.curve.evaluations.at(-1)?.measures[tag];
  return run.status !== 'done' || value === undefined || Number.isNaN(value) ? [] : [value];
}

/** Whether all of `a`, mean and one deviation to either side, lies on the better side of all of `b`. */
function isClear(a: Spread, b: Spread, better: Measure['better']): boolean {
  return better === 'lower' ? a.mean + a.deviation < b.mean - b.deviation : a.mean - a.deviation > b.mean + b.deviation;
}

function isBetter(a: RankedLane, b: RankedLane, { better }: Measure): boolean {
  if (a.runs === 0 || b.runs === 0) return a.runs > 0;
  if (a.diverged !== b.diverged) return a.diverged < b.diverged;
  return a.final !== undefined && b.final !== undefined && isClear(a.final, b.final, better);
}

function isTied(a: RankedLane, b: RankedLane, measure: Measure): boolean {
  const comparable = a.final !== undefined && b.final !== undefined && a.diverged === b.diverged;
  return comparable && !isBetter(a, b, measure) && !isBetter(b, a, measure);
}

function inOrder(a: RankedLane, b: RankedLane, measure: Measure): number {
  if ((a.runs === 0) !== (b.runs === 0)) return a.runs === 0 ? 1 : -1;
  return a.diverged - b.diverged || compare(measure, a.final?.mean ?? Number.NaN, b.final?.mean ?? Number.NaN);
}

/**
 * When each run first stood at the target or beyond. Between two evaluations the measure is taken to go in a straight
 * line, so that the answer is finer than the time between them.
 */
function toTarget(runs: readonly LaneRun[], measure: Measure, target: number): ToTarget {
  const crossings = runs.flatMap((run) => {
    if (run.status !== 'done') return [];
    const points = measureCurve(run.curve, measure.tag);
    const there = points.findIndex(({ value }) => compare(measure, value, target) <= 0);
    if (there < 0) return [];
    const [before, after] = [points[there - 1], points[there]!];
    if (before === undefined || !Number.isFinite(before.value) || before.value === after.value) return [after];
    const part = (before.value - target) / (before.value - after.value);
    return [
      {
        step: before.step + part * (after.step - before.step),
        seconds: before.seconds + part * (after.seconds - before.seconds),
      },
    ];
  });
  if (crossings.length === 0) return { reached: 0 };
  return {
    reached: crossings.length,
    seconds: spreadOf(crossings.map(({ seconds }) => seconds)),
    steps: spreadOf(crossings.map(({ step }) => step)),
  };
}
