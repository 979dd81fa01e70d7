/** Each example at its quick size: what its figure is meant to show, in numbers. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as skips from '../../examples/01-skip-connections.ts';
import * as normalization from '../../examples/02-batch-normalization.ts';
import * as dependencies from '../../examples/03-long-term-dependencies.ts';
import * as freezing from '../../examples/04-frozen-statistics.ts';
import { cpuEngine, type Engine } from '../../src/index.node.ts';

/** They take seconds; a machine with other work may take longer. */
const timeout = 300_000;

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});
afterAll(() => engine.release());

/** How many curves a figure draws. */
const lines = (svg: string) => (svg.match(/<path class="line/g) ?? []).length;

describe('skip connections', () => {
  it('end at less than 0.7 of the training loss of the same layers without them', { timeout }, async () => {
    const measured = await skips.measure({ engine, quick: true });
    const [withSkips, without] = measured.lanes.map(({ means }) => means.at(-1)!);
    expect(withSkips).toBeLessThan(0.7 * without!);
    expect(lines(skips.figure(measured))).toBe(4 + 2);
  });
});

describe('batch normalization', () => {
  it('trains twenty sigmoid layers at every rate and scale of the grid, where without it none leaves guessing', {
    timeout,
  }, async () => {
    const measured = await normalization.measure({ engine, quick: true });
    const finals = (normalized: boolean) =>
      measured.runs
        .filter((run) => run.normalized === normalized)
        .map(({ final }) => final ?? Number.POSITIVE_INFINITY);
    expect(Math.max(...finals(true))).toBeLessThan(1.7);
    expect(Math.min(...finals(false))).toBeGreaterThan(2);
    expect(normalization.figure(measured)).not.toMatch(/NaN|undefined/);
  });
});

describe('the adding problem', () => {
  it('is learned by the LSTM and not by the simple network, whose gradient has decayed by the first step', {
    timeout,
  }, async () => {
    const measured = await dependencies.measure({ engine, quick: true });
    const [long, simple] = measured.networks;
    const ends = [long!, simple!].map(({ finals }) => finals[0]!.final);
    expect(ends[0]).toBeLessThan(0.02);
    expect(ends[1]).toBeGreaterThan(0.1);
    const decay = ({ gradients }: typeof long & {}) => gradients[0]!.after[0]! / gradients[0]!.after.at(-1)!;
    expect(decay(long!)).toBeGreaterThan(0.1);
    expect(decay(simple!)).toBeLessThan(0.01);
    expect(dependencies.figure(measured)).not.toMatch(/NaN|undefined/);
  });
});

describe('frozen statistics', () => {
  it('move in every step up to the freeze and never after it', { timeout }, async () => {
    const { from, runs } = await freezing.measure({ engine, quick: true });
    const [frozen, running] = runs;
    const since = ({ recorded }: (typeof runs)[number]) => recorded.filter(({ epoch }) => epoch > from);
    const distinct = (points: readonly { readonly mean: number; readonly variance: number }[]) =>
      new Set(points.map(({ mean, variance }) => `${mean} ${variance}`)).size;
    expect(since(frozen!).length).toBeGreaterThan(5);
    expect(distinct(since(frozen!))).toBe(1);
    expect(distinct(since(running!))).toBe(since(running!).length);
    const until = ({ recorded }: (typeof runs)[number]) => recorded.filter(({ epoch }) => epoch <= from);
    expect(until(frozen!)).toEqual(until(running!));
    expect(distinct(until(frozen!))).toBe(until(frozen!).length);
  });
});
