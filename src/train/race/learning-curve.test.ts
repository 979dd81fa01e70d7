import { describe, expect, it } from 'vitest';
import type { EvaluationEvent, StartEvent, StepEvent } from '../event.ts';
import { createCurveRecorder } from './learning-curve.ts';
import { lossCurve, meanCurve, measureCurve } from './mean-curve.ts';

const start = (steps: number): StartEvent => ({
  ...{
    type: 'start',
    thread: 'caller',
    engine: 'x 1',
    threads: 1,
    formulations: {},
    parameters: 1,
    trainingExamples: 100,
  },
  ...{ validationExamples: 10, batchSize: 10, stepsPerEpoch: 10, steps, epochs: steps / 10 },
});
const step = (n: number, steps: number, time: number, loss: number): StepEvent => ({
  ...{ type: 'step', step: n, epoch: n / 10, examples: 10 * n, steps, epochs: steps / 10, time, clipped: 1 },
  ...{ loss, measures: {}, hyper: {}, gradientNorm: 1 },
});
const evaluation = (n: number, time: number, error: number): EvaluationEvent => ({
  ...{ type: 'evaluation', step: n, epoch: n / 10, examples: 10 * n, time, measures: { 'validation/error': error } },
});

describe('createCurveRecorder', () => {
  it('leaves the time of evaluations out: a step after one stands where training alone would have put it', () => {
    const recorder = createCurveRecorder({ 'validation/error': 0.9 });
    recorder.on(start(4));
    recorder.on(step(1, 4, 1, 8));
    recorder.on(step(2, 4, 2, 6));
    recorder.on(evaluation(2, 52, 0.5));
    recorder.on(step(3, 4, 53, 4));
    recorder.on(step(4, 4, 54, 2));
    recorder.on(evaluation(4, 74, 0.25));
    const { losses, evaluations } = recorder.curve();
    expect(losses.map(({ seconds }) => seconds)).toEqual([1, 2, 3, 4]);
    expect(evaluations.map(({ step, seconds }) => [step, seconds])).toEqual([
      [0, 0],
      [2, 2],
      [4, 4],
    ]);
    expect(recorder.seconds()).toBe(4);
    expect(measureCurve(recorder.curve(), 'validation/error').map(({ value }) => value)).toEqual([0.9, 0.5, 0.25]);
  });

  it('keeps means over windows of steps, at most 80, with every step in one of them', () => {
    const recorder = createCurveRecorder();
    const steps = 1000;
    recorder.on(start(steps));
    for (let n = 1; n <= steps; n++) recorder.on(step(n, steps, n, n));
    const points = lossCurve(recorder.curve());
    // 12.5 steps in a window, 13 and 12 in turn: the mean of 1 … 13 is 7, of 14 … 25 it is 19.5.
    expect(points).toHaveLength(80);
    expect(points.slice(0, 2).map(({ step, value }) => [step, value])).toEqual([
      [13, 7],
      [25, 19.5],
    ]);
    const sum = points.reduce((total, { value }, i) => total + value * (i % 2 === 0 ? 13 : 12), 0);
    expect(sum).toBeCloseTo((1000 * 1001) / 2, 6);
  });
});

describe('meanCurve', () => {
  const run = (pace: number, ...values: number[]) =>
    values.map((value, i) => ({ step: 10 * i, seconds: pace * i, value }));

  it('is the mean of the runs at each step, between the lowest and the highest', () => {
    expect(meanCurve([run(1, 4, 2), run(2, 6, 4), run(3, 8, 0)], 'steps')).toEqual([
      { x: 0, mean: 6, low: 4, high: 8 },
      { x: 10, mean: 2, low: 0, high: 4 },
    ]);
  });

  it('stands at the mean of the seconds, and spans a standard deviation where asked', () => {
    const [, second] = meanCurve([run(1, 4, 2), run(2, 6, 4), run(3, 8, 0)], 'seconds', 'deviation');
    expect(second).toEqual({ x: 2, mean: 2, low: 0, high: 4 });
  });

  it('ends where the first of the runs ends', () => {
    expect(meanCurve([run(1, 4, 2, 1), run(1, 6)], 'steps')).toHaveLength(1);
    expect(meanCurve([], 'steps')).toEqual([]);
  });
});
