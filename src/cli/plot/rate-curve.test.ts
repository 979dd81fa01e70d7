import { describe, expect, it } from 'vitest';
import { svg } from '../../plot/svg.ts';
import { terminal } from '../../plot/terminal.ts';
import type { FirstStepsSearch } from '../../train/find-learning-rate-by-first-steps.ts';
import type { RangeTest } from '../../train/find-learning-rate-by-range-test.ts';
import { rateCurve } from './rate-curve.ts';

const point = (learningRate: number, loss: number) => ({
  ...{ learningRate, loss, steps: 100, diverged: loss === Number.POSITIVE_INFINITY },
});

const firstSteps: FirstStepsSearch = {
  ...{ method: 'first-steps', optimizer: 'sgd', steps: 100, suggestion: 0.02, best: 0.01, atEdge: false, untrained: 2 },
  curve: [point(0.001, 1.5), point(0.01, 1), point(0.02, 1.2), point(0.1, 7), point(1, Number.POSITIVE_INFINITY)],
};

const rangeTest: RangeTest = {
  ...{ method: 'range-test', optimizer: 'sgd', steps: 5, suggestion: 0.01, minimum: 0.1, tenthOfMinimum: 0.01 },
  diverged: true,
  curve: [2, 1.9, 1.2, 0.5, 40].map((loss, i) => ({ learningRate: 10 ** (i - 4), loss, smoothed: loss })),
};

const shownOf = (found: FirstStepsSearch | RangeTest, name: string) =>
  rateCurve(found, 'run')
    .panels[0]!.series.find((series) => series.name === name)!
    .points.map(([, loss]) => loss);

describe('rateCurve', () => {
  it('draws the losses of the rates beside the loss without training, with gaps where it diverged', () => {
    expect(shownOf(firstSteps, 'after 100 steps')).toEqual([1.5, 1, 1.2, Number.NaN, Number.NaN]);
    expect(shownOf(firstSteps, 'without training')).toEqual([2, 2, 2, 2, 2]);
  });

  it('shows the explosion of a range test begin, and leaves out what would flatten the rest', () => {
    expect(shownOf(rangeTest, 'smoothed')).toEqual([2, 1.9, 1.2, 0.5, Number.NaN]);
  });

  it('marks the suggestion, and the rate that diverges, on a logarithmic axis', () => {
    expect(rateCurve(firstSteps, 'run').markers).toEqual([
      { x: 0.02, name: 'suggested 0.02' },
      { x: 1, name: 'diverges at 1' },
    ]);
    // 736 − 62 − 74 = 600 across for three decades: 0.02 lies at 1.301 of them.
    const drawn = svg(rateCurve(firstSteps, 'run'), { width: 736 });
    const marked = [...drawn.matchAll(/<line class="marker" x1="([\d.]+)"/g)].map(([, x]) => Number(x));
    expect(marked).toEqual([260.2, 600]);
    const middle = [...drawn.matchAll(/text-anchor="middle">([^<]+)</g)].map(([, label]) => label);
    const ticks = ['0.001', '0.002', '0.005', '0.01', '0.02', '0.05', '0.1', '0.2', '0.5', '1'];
    expect(middle).toEqual([...ticks, 'suggested 0.02', 'diverges at 1', 'learning rate']);
  });

  it('moves the names of markers apart where they would overlap, and keeps them on the page', () => {
    const close = { ...rateCurve(firstSteps, 'run'), markers: [0.9, 0.95, 1].map((x) => ({ x, name: 'ten signs!' })) };
    const names = [...svg(close, { width: 736 }).matchAll(/<text x="([\d.]+)" y="-7"/g)].map(([, x]) => Number(x));
    // 10 signs of about 6.8 and a gap of 14; 674 is where the page ends.
    expect(names[1]! - names[0]!).toBeGreaterThan(81);
    expect(names[2]! - names[1]!).toBeGreaterThan(81);
    expect(names[2]! + 34).toBeLessThanOrEqual(674);
  });

  it('marks them in a terminal by a dotted line where no curve is, and names them beside the curves', () => {
    const lines = terminal(rateCurve(firstSteps, 'run'), { width: 100, height: 12 }).split('\n');
    expect(lines[0]).toMatch(/after 100 steps .*without training {3}┊ suggested 0\.02 {3}┊ diverges at 1$/);
    const rows = lines.slice(1, -2).map((line) => [...line]);
    // The width that the axis leaves to the curve, and 1.301 of three decades in it.
    const gutter = rows[0]!.findIndex((sign) => sign === '┤' || sign === '│') + 1;
    const column = gutter + Math.floor(Math.round((1.30103 / 3) * ((100 - gutter) * 2 - 1)) / 2);
    const signs = rows.map((row) => row[column]);
    expect(signs.filter((sign) => sign === '┊').length).toBeGreaterThan(rows.length / 2);
    expect(lines.every((line) => [...line].length <= 100)).toBe(true);
  });
});
