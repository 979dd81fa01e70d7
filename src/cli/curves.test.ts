import { describe, expect, it } from 'vitest';
import type { EvaluationEvent, StepEvent } from '../train/event.ts';
import { createCurves } from './curves.ts';

const step = (n: number, loss: number): StepEvent => ({
  ...{ type: 'step', step: n, epoch: n / 100, examples: n, steps: 400, epochs: 4, time: n, clipped: 1 },
  ...{ loss, measures: { error: loss / 2 }, hyper: { learningRate: 1 / n }, gradientNorm: 2 * loss },
});
const evaluation = (epoch: number, train: number, validation: number): EvaluationEvent => ({
  ...{ type: 'evaluation', step: 100 * epoch, epoch, examples: 0, time: 0 },
  measures: { 'train/loss': train, 'validation/loss': validation, 'gradient/norm': 3 },
});

describe('createCurves', () => {
  it('draws each measure on a panel: minibatches behind, then the means of training and validation', () => {
    const curves = createCurves();
    for (let n = 1; n <= 200; n++) curves.on(step(n, 1));
    curves.on(evaluation(1, 0.9, 0.8));
    curves.on(evaluation(2, 0.7, 0.6));
    const { panels, title, xLabel } = curves.whole('small');
    expect([title, xLabel]).toEqual(['small', 'epoch']);
    expect(panels.map((panel) => panel.title)).toEqual(['loss', 'learning rate', 'gradient norm before clipping']);
    const [loss] = panels;
    expect(loss?.series.map(({ name, faint = false }) => [name, faint])).toEqual([
      ['minibatch', true],
      ['training', false],
      ['validation', false],
    ]);
    expect(loss?.series[1]?.points).toEqual([
      [1, 0.9],
      [2, 0.7],
    ]);
    expect(loss?.series[0]?.points[49]).toEqual([0.5, 1]);
    expect(curves.brief('small').panels.map((panel) => panel.title)).toEqual(['loss']);
  });

  it('keeps at most 4096 steps of however many, spread over the whole run', () => {
    const curves = createCurves();
    for (let n = 1; n <= 50_000; n++) curves.on(step(n, 1));
    const points = curves.brief('long').panels[0]?.series[0]?.points ?? [];
    expect(points.length).toBeLessThanOrEqual(4096);
    expect(points.length).toBeGreaterThan(2000);
    expect(points[0]![0]).toBeLessThan(1);
    expect(points.at(-1)![0]).toBeGreaterThan(499);
    const gaps = points.slice(1).map(([x], i) => Math.round(100 * (x - points[i]![0])));
    expect(new Set(gaps).size).toBe(1);
  });

  it('leaves gaps for the spikes that would flatten the rest, and only for those', () => {
    const curves = createCurves();
    for (let n = 1; n <= 100; n++) curves.on(step(n, n === 1 ? 50 : 1));
    curves.on(evaluation(1, 1.1, 1));
    const shown = curves.brief('spiky').panels[0]?.series[0]?.points.map(([, y]) => y) ?? [];
    expect(shown[0]).toBeNaN();
    expect(shown.slice(1)).toEqual(Array(99).fill(1));
  });
});
