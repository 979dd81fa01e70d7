import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ProgressState, progressLine } from './progress-line.ts';

const state: ProgressState = {
  epoch: 3,
  epochs: 14,
  step: 210,
  stepsPerEpoch: 469,
  loss: 0.30123,
  error: 0.104,
  learningRate: 0.001,
  gradientNorm: 1.2345,
  examplesPerSecond: 12345,
  secondsLeft: 65,
};

describe('progressLine', () => {
  it('says everything in whole words where there is room', () => {
    expect(progressLine(state, 160)).toBe(
      'epoch  3/14  ━━━━━━━━━━╸─────────────  210/469  loss 0.301  error 0.104  learning rate 0.001  gradient norm 1.23  12.3k examples/s  1:05 min left',
    );
  });

  it('gives up what matters least, one after the other', () => {
    expect([110, 100, 80, 60, 40, 24, 11, 5].map((width) => progressLine(state, width))).toEqual([
      'epoch  3/14  ━━━━━━━━━╸───────────  210/469  loss 0.301  error 0.104  rate 0.001  ‖g‖ 1.23  12.3k/s  1:05 left',
      'epoch  3/14  ━━━━━──────  210/469  loss 0.301  error 0.104  rate 0.001  ‖g‖ 1.23  12.3k/s  1:05 left',
      'epoch  3/14  loss 0.301  error 0.104  rate 0.001  ‖g‖ 1.23  12.3k/s  1:05 left',
      'epoch  3/14  loss 0.301  error 0.104  rate 0.001  1:05 left',
      'epoch  3/14  loss 0.301  error 0.104',
      'epoch  3/14  loss 0.301',
      'epoch  3/14',
      'epoch',
    ]);
  });

  it('leaves out what is not known', () => {
    expect(progressLine({ epoch: 1, epochs: 2, step: 0, stepsPerEpoch: 10, loss: Number.NaN }, 60)).toBe(
      'epoch 1/2  ────────────────────────   0/10  loss NaN',
    );
  });

  it('fills the bar with the epoch', () => {
    const bar = (step: number) => progressLine({ ...state, step }, 200).split('  ')[2];
    expect(bar(0)).toBe('─'.repeat(24));
    expect(bar(469)).toBe('━'.repeat(24));
    expect(progressLine({ ...state, step: 0, stepsPerEpoch: 0 }, 80)).not.toContain('NaN');
  });

  it('is never longer than the width and always one line, for any state', () => {
    const number = fc.option(fc.double(), { nil: undefined });
    const count = fc.nat();
    const states = fc.record({
      epoch: count,
      epochs: count,
      step: count,
      stepsPerEpoch: count,
      loss: fc.double(),
      error: number,
      learningRate: number,
      gradientNorm: number,
      examplesPerSecond: number,
      secondsLeft: number,
    });
    fc.assert(
      fc.property(states, fc.integer({ min: 0, max: 200 }), (any, width) => {
        const present = Object.fromEntries(Object.entries(any).filter(([, value]) => value !== undefined));
        const line = progressLine(present as unknown as ProgressState, width);
        expect(line.length).toBeLessThanOrEqual(width);
        expect(line).not.toMatch(/[\p{Cc}]/u);
      }),
    );
  });
});
