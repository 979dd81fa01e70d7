import { describe, expect, it } from 'vitest';
import type { Lane } from './lane.ts';
import type { LaneResult, LaneRun } from './lane-result.ts';
import type { Measure } from './measure.ts';
import { rankLanes } from './ranking.ts';

const error: Measure = { tag: 'validation/error', better: 'lower' };
const laneOf = (name: string): Lane => ({ name, settings: { optimizer: name }, rate: 'given', learningRate: 0.1 });

/** A run with these measures at 0, 1, 2, … epochs of 10 steps, each taking `pace` seconds. */
function run(seed: number, values: readonly number[], pace = 1, status: LaneRun['status'] = 'done'): LaneRun {
  const evaluations = values.map((value, epoch) => ({
    ...{ step: 10 * epoch, epoch, seconds: pace * epoch },
    measures: { 'validation/error': value, 'validation/accuracy': 1 - value },
  }));
  const last = evaluations.at(-1)!;
  return { seed, status, step: last.step, seconds: last.seconds, curve: { losses: [], evaluations } };
}

/** A lane whose runs, with seeds 0, 1, 2, end at these values. */
const ending = (name: string, ...finals: number[]): LaneResult => ({
  lane: laneOf(name),
  runs: finals.map((value, seed) => run(seed, [1, value])),
});
const ranks = (results: readonly LaneResult[], measure = error) =>
  rankLanes(results, measure).lanes.map(({ lane, rank, tiedWith }) => [lane, rank, ...tiedWith]);

describe('rankLanes', () => {
  it('orders by the mean over the seeds, with the deviation of the sample', () => {
    const { lanes } = rankLanes([ending('a', 0.4, 0.5, 0.6), ending('b', 0.1, 0.1, 0.1)], error);
    expect(lanes.map(({ lane }) => lane)).toEqual(['b', 'a']);
    const { mean, deviation, low, high, count } = lanes[1]!.final!;
    expect(mean).toBeCloseTo(0.5, 12);
    // ((0.1)² + 0 + (0.1)²)/(3 − 1) = 0.01.
    expect(deviation).toBeCloseTo(0.1, 12);
    expect([low, high, count]).toEqual([0.4, 0.6, 3]);
  });

  it('calls lanes tied where mean ± deviation overlap, and gives them the rank of those who are clearly better', () => {
    // 0.20 ± 0.02, 0.23 ± 0.02 and 0.26 ± 0.02: neighbours overlap, the outer two do not.
    const chain = [0.2, 0.23, 0.26].map((x, i) => ending('abc'[i]!, x - 0.02, x, x + 0.02));
    expect(ranks(chain)).toEqual([
      ['a', 1, 'b'],
      ['b', 1, 'a', 'c'],
      ['c', 2, 'b'],
    ]);
    expect(ranks([ending('a', 0.1, 0.1, 0.1), ending('b', 0.1, 0.1, 0.1)])).toEqual([
      ['a', 1, 'b'],
      ['b', 1, 'a'],
    ]);
    expect(ranks([ending('a', 0.3, 0.31, 0.32), ending('b', 0.1, 0.11, 0.12)])).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
  });

  it('takes more for better where the measure says so', () => {
    const accuracy: Measure = { tag: 'validation/accuracy', better: 'higher' };
    const results = [ending('a', 0.3, 0.31, 0.32), ending('b', 0.1, 0.11, 0.12)];
    expect(ranks(results, accuracy)).toEqual([
      ['b', 1],
      ['a', 2],
    ]);
    expect(rankLanes(results, accuracy).target).toBeCloseTo(0.68, 12);
  });

  it('puts a lane with a diverged run behind all that have none, however good its others, and one without runs last', () => {
    const lucky: LaneResult = {
      lane: laneOf('lucky'),
      runs: [run(0, [1, 0.01]), run(1, [1], 1, 'diverged'), run(2, [1, 0.01])],
    };
    const none: LaneResult = { lane: laneOf('none'), runs: [] };
    const { lanes } = rankLanes([none, lucky, ending('steady', 0.5, 0.5, 0.5)], error);
    expect(lanes.map(({ lane, rank, diverged }) => [lane, rank, diverged])).toEqual([
      ['steady', 1, 0],
      ['lucky', 2, 1],
      ['none', undefined, 0],
    ]);
    expect(lanes[1]!.final).toMatchObject({ count: 2, mean: 0.01 });
    expect(lanes[1]!.tiedWith).toEqual([]);
  });

  it('ranks a race in which everything diverged without a target', () => {
    const gone = (name: string): LaneResult => ({
      lane: laneOf(name),
      runs: [0, 1, 2].map((seed) => run(seed, [1], 1, 'diverged')),
    });
    const ranking = rankLanes([gone('a'), gone('b')], error);
    expect(ranking.target).toBeUndefined();
    expect(ranking.lanes.every(({ final, diverged }) => final === undefined && diverged === 3)).toBe(true);
  });

  it('counts, of a race that was stopped, only the seeds that every lane finished', () => {
    const a: LaneResult = { lane: laneOf('a'), runs: [run(0, [1, 0.2]), run(1, [1, 0.01])] };
    const b: LaneResult = { lane: laneOf('b'), runs: [run(0, [1, 0.1]), run(1, [1, 0.9], 1, 'stopped')] };
    const ranking = rankLanes([a, b], error);
    expect(ranking.seeds).toEqual([0]);
    expect(ranking.lanes.map(({ lane, final }) => [lane, final?.mean])).toEqual([
      ['b', 0.1],
      ['a', 0.2],
    ]);
  });
});

describe('the time to the target', () => {
  it('is where the straight line between two evaluations first meets it: by default the worst end of all', () => {
    const slow: LaneResult = { lane: laneOf('slow'), runs: [0, 1, 2].map((seed) => run(seed, [1, 0.6, 0.5], 3)) };
    const fast: LaneResult = { lane: laneOf('fast'), runs: [0, 1, 2].map((seed) => run(seed, [1, 0.25, 0.2], 3)) };
    const { target, lanes } = rankLanes([slow, fast], error);
    expect(target).toBe(0.5);
    const [first, second] = lanes;
    // From 1 at 0 s to 0.25 at 3 s: 0.5 is two thirds of the way.
    expect(first!.toTarget).toMatchObject({ reached: 3, rank: 1 });
    expect(first!.toTarget.seconds!.mean).toBeCloseTo(2, 12);
    expect(first!.toTarget.steps!.mean).toBeCloseTo(20 / 3, 12);
    expect(second!.toTarget).toMatchObject({ reached: 3, rank: 2 });
    expect(second!.toTarget.seconds!.mean).toBeCloseTo(6, 12);
  });

  it('can be won by a lane that loses by steps', () => {
    const heavy: LaneResult = { lane: laneOf('heavy'), runs: [0, 1, 2].map((seed) => run(seed, [1, 0.2, 0.1], 10)) };
    const light: LaneResult = { lane: laneOf('light'), runs: [0, 1, 2].map((seed) => run(seed, [1, 0.4, 0.2], 1)) };
    const { lanes } = rankLanes([heavy, light], error);
    expect(lanes.map(({ lane, rank, toTarget }) => [lane, rank, toTarget.rank])).toEqual([
      ['heavy', 1, 2],
      ['light', 2, 1],
    ]);
  });

  it('has no rank for a lane that missed it with some seed', () => {
    const some: LaneResult = { lane: laneOf('some'), runs: [run(0, [1, 0.3]), run(1, [1, 0.1]), run(2, [1, 0.1])] };
    const [ranked] = rankLanes([some], error, 0.2).lanes;
    expect(ranked!.toTarget).toMatchObject({ reached: 2 });
    expect(ranked!.toTarget).not.toHaveProperty('rank');
  });
});
