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
      ['minibatches', true],
      ['training', false],
      ['validation', false],
    ]);
    expect(loss?.series[1]?.points).toEqual([
      [1, 0.9],
      [2, 0.7],
    ]);
    expect(loss?.series[0]?.points[49]).toEqual([0.5, 1]);
    expect(loss?.series[0]?.points).toHaveLength(200);
    expect(curves.brief('small').panels.map((panel) => panel.title)).toEqual(['loss']);
  });

  it('averages steps over at most 240 windows of equal length, each at the middle of its steps', () => {
    const curves = createCurves();
    for (let n = 1; n <= 960; n++) curves.on(step(n, n % 4));
    const points = curves.whole('noisy').panels[0]?.series[0]?.points ?? [];
    expect(points).toHaveLength(240);
    for (const [i, [x, y]] of points.entries()) {
      expect(y).toBe(1.5);
      expect(x).toBeCloseTo((4 * i + 2.5) / 100, 12);
    }
  });

  it('stays bounded however long the run, and spread over the whole of it', () => {
    const curves = createCurves();
    for (let n = 1; n <= 50_000; n++) curves.on(step(n, 1));
    const points = curves.whole('long').panels[0]?.series[0]?.points ?? [];
    expect(points.length).toBeLessThanOrEqual(240);
    expect(points.length).toBeGreaterThan(120);
    expect(points[0]![0]).toBeLessThan(5);
    expect(points.at(-1)![0]).toBeGreaterThan(495);
  });

  it('leaves gaps for the spikes that would flatten the rest, and only for those', () => {
    const curves = createCurves();
    for (let n = 1; n <= 100; n++) curves.on(step(n, n === 1 ? 50 : 1));
    curves.on(evaluation(1, 1.1, 1));
    const shown = curves.whole('spiky').panels[0]?.series[0]?.points.map(([, y]) => y) ?? [];
    expect(shown[0]).toBeNaN();
    expect(shown.slice(1)).toEqual(Array(99).fill(1));
  });

  it('shows a learning rate only where it changes', () => {
    const curves = createCurves();
    for (let n = 1; n <= 9; n++) curves.on({ ...step(n, 1), hyper: { learningRate: 0.1 } });
    expect(curves.whole('steady').panels.map((panel) => panel.title)).not.toContain('learning rate');
  });
});
