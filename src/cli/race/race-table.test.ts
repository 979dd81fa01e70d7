import { describe, expect, it } from 'vitest';
import type { LaneResult } from '../../train/race/lane-result.ts';
import { rankLanes } from '../../train/race/ranking.ts';
import type { RaceResult } from '../../train/race/result.ts';
import { raceChart, raceFigure } from './race-figure.ts';
import { raceTable, spreadText } from './race-table.ts';

const measure = { tag: 'validation/error', better: 'lower' } as const;

/** A lane whose runs went from 0.9 to these values over ten steps, a second each. */
function lane(name: string, finals: readonly number[], more: Partial<LaneResult['lane']> = {}): LaneResult {
  return {
    lane: { name, settings: { optimizer: name }, rate: 'tuned', start: 0.1, ...more },
    learningRate: 0.00464,
    runs: finals.map((value, seed) => ({
      ...{ seed, status: 'done', step: 10, seconds: 10 },
      curve: {
        losses: [5, 10].map((step) => ({ step, seconds: step, loss: 2 / step })),
        evaluations: [0.9, value].map((error, i) => ({
          ...{ step: 10 * i, epoch: i, seconds: 10 * i },
          measures: { 'validation/error': error },
        })),
      },
    })),
  };
}

function raceOf(lanes: readonly LaneResult[]): RaceResult {
  return {
    status: 'done',
    plan: {
      ...{ lanes: lanes.map((one) => one.lane), seeds: [0, 1, 2], measure, epochs: 1, steps: 10, stepsPerEpoch: 10 },
      ...{ tuning: { seed: 3, steps: 2, points: 5, pointsPerDecade: 2, mostPoints: 9 }, batchSize: 16 },
      ...{ parameters: 51, trainingExamples: 160, validationExamples: 40, engine: 'x 1', threads: 1 },
    },
    tunings: [{ lane: 'sgd', points: [], learningRate: 0.00464, edge: 'high' }],
    lanes,
    ranking: rankLanes(lanes, measure),
    seconds: 90,
  };
}

const race = raceOf([
  lane('sgd', [0.31, 0.32, 0.33]),
  lane('adam', [0.11, 0.12, 0.13]),
  lane('momentum', [0.115, 0.125, 0.135], { rate: 'given', learningRate: 0.1 }),
  { ...lane('lost', []), learningRate: undefined! },
]);

describe('raceTable', () => {
  it('ranks with spreads, shares ranks where they overlap, and marks what was not tuned or lies at an edge', () => {
    expect(raceTable(race).split('\n')).toEqual(
      [
        'validation error after 1 epoch, mean ± standard deviation over 3 seeds; less is better',
        '',
        'rank  optimizer  learning rate           validation error      time to 0.33',
        '1=    adam       0.00464                 0.120 ± 0.010         7.3 ± 0.1 s',
        '1=    momentum   0.00464 (not tuned)     0.125 ± 0.010         7.4 ± 0.1 s',
        '3     sgd        0.00464 (edge of grid)  0.320 ± 0.010         9.8 ± 0.2 s',
        '–     lost       none found              no rate stayed finite  –',
        '',
        'no clear difference, for their spreads overlap: adam and momentum',
      ].map((line) => (line.startsWith('rank') || /^[13–]/.test(line) ? expect.stringMatching(looseOf(line)) : line)),
    );
  });

  it('writes as many decimals as the deviation needs', () => {
    const text = (mean: number, deviation: number) => spreadText({ mean, deviation, count: 3, low: mean, high: mean });
    expect(text(0.1087, 0.0021)).toBe('0.1087 ± 0.0021');
    expect(text(12.345, 0.51)).toBe('12.35 ± 0.51');
    expect(text(0, 0)).toBe('0 ± 0');
    expect(text(3e-7, 1e-8)).toMatch(/^3e-7 ± 1e-8$/);
  });
});

/** The columns of a row, whatever room is between them. */
function looseOf(line: string): RegExp {
  const cells = line.split(/ {2,}/).map((cell) => cell.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${cells.join(' {2,}')}$`);
}

describe('raceFigure', () => {
  it('has the lanes in the order of the ranking, a band from the lowest to the highest, and both panels', () => {
    const figure = raceFigure(race, 'steps', { experiment: 'clouds' });
    expect(figure.rows.map((row) => row[1])).toEqual(['adam', 'momentum', 'sgd', 'lost']);
    const [quality, loss] = figure.panels;
    expect(quality!.scale).toBe('log');
    const [x, mean, low, high] = quality!.curves[0]!.points[1]!;
    expect([x, low, high]).toEqual([10, 0.11, 0.13]);
    expect(mean).toBeCloseTo(0.12, 12);
    expect(loss!.curves[0]!.points.map(([step]) => step)).toEqual([5, 10]);
    expect(quality!.curves[3]!.points).toEqual([]);
  });

  it('shades a deviation and keeps to a linear axis where asked', () => {
    const { panels } = raceFigure(race, 'seconds', { experiment: 'clouds', scale: 'linear', band: 'deviation' });
    const [, , low] = panels[0]!.curves[2]!.points[1]!;
    expect(low).toBeCloseTo(0.31, 12);
    expect(panels.map(({ scale }) => scale)).toEqual(['linear', 'linear']);
  });

  it('leaves out what was measured before the first step where the evaluations are many', () => {
    const long = { ...lane('adam', [0.1, 0.1, 0.1]) };
    const values = [0.9, 0.3, 0.2, 0.15, 0.1];
    const evaluations = values.map((error, i) => ({
      ...{ step: 10 * i, epoch: i, seconds: i },
      measures: { 'validation/error': error },
    }));
    const runs = long.runs.map((run) => ({ ...run, curve: { ...run.curve, evaluations } }));
    const [quality] = raceFigure(raceOf([{ ...long, runs }]), 'steps', { experiment: 'clouds' }).panels;
    expect(quality!.title).toContain('from the first evaluation on');
    expect(quality!.curves[0]!.points.map(([x]) => x)).toEqual([10, 20, 30, 40]);
  });

  it('becomes a chart over epochs for a terminal, without lanes that never ran', () => {
    const { panels } = raceChart(race, 'clouds');
    expect(panels[0]!.series.map(({ name }) => name)).toEqual(['adam', 'momentum', 'sgd']);
    expect(panels[0]!.series[0]!.points.map(([epoch]) => epoch)).toEqual([0, 1]);
  });
});
