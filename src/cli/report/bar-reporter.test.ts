import { describe, expect, it } from 'vitest';
import type { StartEvent, StepEvent } from '../../train/event.ts';
import { barReporter } from './bar-reporter.ts';

const start: StartEvent = {
  ...{
    type: 'start',
    thread: 'caller',
    engine: 'x 1',
    threads: 1,
    formulations: {},
    parameters: 1,
    trainingExamples: 100,
  },
  ...{ validationExamples: 0, batchSize: 10, stepsPerEpoch: 10, steps: 30, epochs: 3 },
};
const step = (n: number): StepEvent => ({
  ...{ type: 'step', step: n, epoch: n / 10, examples: 10 * n, steps: 30, epochs: 3, time: n / 10, clipped: 1 },
  ...{ loss: 0.5, measures: { error: 0.25 }, hyper: { learningRate: 0.01 }, gradientNorm: 2 },
});

/** What a terminal shows after some text: lines, with "\r" and "erase to the end of the line" carried out. */
function screen(text: string): string[] {
  let lines = [''];
  for (const part of text.replaceAll('\r\x1b[K', '\r').split(/([\r\n])/)) {
    if (part === '\n') lines.push('');
    else if (part === '\r') lines = [...lines.slice(0, -1), ''];
    else lines = [...lines.slice(0, -1), lines.at(-1) + part];
  }
  return lines;
}

function reporterOn(width: number) {
  let [written, clock, draws] = ['', 0, 0];
  const reporter = barReporter({
    write: (text) => {
      written += text;
      if (text.startsWith('\r')) draws++;
    },
    width: () => width,
    now: () => clock,
    errorMetric: 'error',
  });
  const pass = (milliseconds: number) => {
    clock += milliseconds;
  };
  return { reporter, pass, screen: () => screen(written), draws: () => draws };
}

describe('barReporter', () => {
  it('redraws one line, at most 10 times a second however fast the steps come', () => {
    const { reporter, pass, screen, draws } = reporterOn(100);
    reporter.on(start);
    for (let n = 1; n <= 15; n++) {
      reporter.on(step(n));
      pass(20);
    }
    expect(draws()).toBe(3);
    expect(screen()).toHaveLength(1);
    expect(screen()[0]).toMatch(/^epoch 2\/3 .* loss 0\.500 {2}error 0\.250 .* 1\.9 s left$/);
  });

  it('never fills the last column, where a terminal would break the line', () => {
    for (const width of [20, 40, 79, 80, 120]) {
      const { reporter, screen } = reporterOn(width);
      reporter.on(start);
      reporter.waiting('x'.repeat(300));
      expect(screen()[0]!.length).toBeLessThan(width);
      reporter.on(step(1));
      expect(screen()[0]!.length).toBeLessThan(width);
    }
  });

  it('leaves a line for each evaluation, and nothing of the live line', () => {
    const { reporter, screen } = reporterOn(100);
    reporter.waiting('compiling');
    reporter.say('a line that stays');
    reporter.on(start);
    reporter.on(step(10));
    const measures = { 'train/loss': 0.5, 'train/error': 0.25, 'validation/loss': 0.4, 'gradient/norm': 1 };
    reporter.on({ type: 'evaluation', step: 10, epoch: 1, examples: 100, time: 12.3, measures });
    reporter.on({ type: 'end', step: 10, epoch: 1, examples: 100, time: 12.3, status: 'done' });
    expect(screen()).toEqual([
      'a line that stays',
      'epoch 1/3  train loss 0.500 error 0.250  validation loss 0.400  12 s',
      '',
    ]);
  });
});
