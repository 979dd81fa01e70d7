import { describe, expect, it } from 'vitest';
import type { RaceEvent, RaceRun } from '../../train/race/event.ts';
import type { RacePlan } from '../../train/race/result.ts';
import type { Reporter } from '../report/reporter.ts';
import { raceProgress } from './race-progress.ts';

const plan: RacePlan = {
  lanes: [
    { name: 'sgd', settings: { optimizer: 'sgd' }, rate: 'tuned', start: 0.1 },
    { name: 'adam', settings: { optimizer: 'adam' }, rate: 'tuned', start: 0.001 },
  ],
  ...{ seeds: [0, 1, 2], tuning: { seed: 3, steps: 10, points: 3, pointsPerDecade: 1, mostPoints: 5 } },
  ...{ measure: { tag: 'validation/error', better: 'lower' }, epochs: 1, steps: 100, stepsPerEpoch: 100 },
  ...{ batchSize: 16, parameters: 51, trainingExamples: 1600, validationExamples: 40, engine: 'x 1', threads: 1 },
};
const run: RaceRun = { phase: 'race', lane: 'adam', seed: 1, number: 4, of: 6 };
const step = (n: number, loss: number): RaceEvent => ({
  type: 'training',
  run,
  event: {
    ...{ type: 'step', step: n, epoch: n / 100, examples: 16 * n, steps: 100, epochs: 1, time: n, clipped: 1 },
    ...{ loss, measures: {}, hyper: {}, gradientNorm: 1 },
  },
});
const warning: RaceEvent = { type: 'training', run, event: { type: 'warning', code: 'x', message: 'small batches' } };

function listen(kind: 'bar' | 'lines' | 'json', width = 100) {
  const said: string[] = [];
  const drawn: string[] = [];
  const written: string[] = [];
  let clock = 0;
  const reporter: Reporter = {
    ...{ close() {}, on() {} },
    waiting: (text) => void drawn.push(text),
    say: (text) => void said.push(text),
  };
  const write = (text: string) => void written.push(text);
  const on = raceProgress({ kind, reporter, write, width: () => width, now: () => clock });
  return { on, said, drawn, written, pass: (ms: number) => (clock += ms) };
}

describe('raceProgress', () => {
  it('shows on one line which run it is, its loss, and the time left for the whole race by the steps to come', () => {
    const { on, drawn, pass } = listen('bar');
    on({ type: 'plan', plan });
    on({ type: 'runStart', run, progress: { stepsDone: 300, stepsPlanned: 700 } });
    pass(35_000);
    on(step(50, 0.5));
    // 350 steps took 35 s, and 350 are to come.
    expect(drawn).toEqual([expect.stringMatching(/^race 4\/6 {2}adam {2}seed 1 {2}━+─+ {2}loss 0\.500 {2}35 s left$/)]);
  });

  it('gives up the bar, then the loss, and is never as wide as the terminal', () => {
    for (const width of [30, 45, 60, 80]) {
      const { on, drawn, pass } = listen('bar', width);
      on({ type: 'plan', plan });
      on({ type: 'runStart', run, progress: { stepsDone: 0, stepsPlanned: 600 } });
      pass(1000);
      on(step(50, 0.5));
      expect(drawn[0]!.length).toBeLessThan(width);
      expect(drawn[0]).toContain('adam');
    }
  });

  it('tells a warning once for each lane', () => {
    const { on, said } = listen('lines');
    on(warning);
    on(warning);
    expect(said).toEqual(['warning: adam: small batches']);
  });

  it('says of a tuned lane its rate, its grid, what diverged, and the edge that it could not leave', () => {
    const { on, said } = listen('bar');
    on({ type: 'plan', plan });
    const point = { status: 'done', widened: false, step: 10, seconds: 1 } as const;
    const points = [
      { ...point, learningRate: 0.1, value: 0.3, loss: 1 },
      { ...point, learningRate: 1, value: 0.2, loss: 1 },
      { ...point, learningRate: 10, status: 'diverged' as const },
    ];
    on({ type: 'tuned', tuning: { lane: 'sgd', points, learningRate: 1, edge: 'high' } });
    expect(said).toEqual([
      'tuned  sgd  rate 1  validation error 0.200  (3 rates from 0.1 to 10, 1 diverged, still best at the high edge)',
    ]);
  });

  it('writes every event as one line of JSON, without the curves', () => {
    const { on, written } = listen('json');
    const curve = { losses: [{ step: 1, seconds: 1, loss: 1 }], evaluations: [] };
    on({ type: 'laneRun', run, result: { seed: 1, status: 'done', step: 100, seconds: 9, curve } });
    on(step(50, Number.NaN));
    expect(written.map((line) => JSON.parse(line))).toMatchObject([
      { type: 'laneRun', run: { lane: 'adam' }, result: { seconds: 9 } },
      { type: 'training', event: { type: 'step', loss: 'NaN' } },
    ]);
    expect(written[0]).not.toContain('curve');
  });
});
