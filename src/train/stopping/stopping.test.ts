import { describe, expect, it } from 'vitest';
import { accuracy } from '../../nn/metric/accuracy.ts';
import { zeroOne } from '../../nn/metric/zero-one.ts';
import { epochs } from '../../optim/schedule/duration.ts';
import type { EvaluationEvent } from '../event.ts';
import { divergence } from './divergence.ts';
import { bestEvaluation, earlyStopping } from './early-stopping.ts';
import { learningRateBelow } from './learning-rate-below.ts';
import { settled } from './monitor.ts';
import { plateau } from './plateau.ts';
import { addLoss, createRunningLoss } from './running-loss.ts';
import type { Situation } from './situation.ts';
import { checkMonitors, decide, readStopping, type StoppingPolicy } from './stopping.ts';
import { targetReached } from './target-reached.ts';
import { timeBudget } from './time-budget.ts';

/** A run of 10 steps an epoch, with one measure after each. */
function situation(tag: string, values: readonly number[], changes: Partial<Situation> = {}): Situation {
  const history = values.map((value, i): EvaluationEvent => {
    const [epoch, step] = [i + 1, 10 * (i + 1)];
    return { type: 'evaluation', step, epoch, examples: 100 * epoch, time: epoch, measures: { [tag]: value } };
  });
  const epoch = values.length;
  const position = { step: 10 * epoch, epoch, examples: 100 * epoch, fraction: epoch / 20 };
  return { position, steps: 200, seconds: epoch, history, evaluated: true, loss: createRunningLoss(), ...changes };
}

/** After how many evaluations a policy ends a run. */
function endOf(policy: StoppingPolicy, tag: string, values: readonly number[]): number | undefined {
  const index = values.findIndex((_, i) => decide([policy], situation(tag, values.slice(0, i + 1))) !== undefined);
  return index < 0 ? undefined : index + 1;
}

describe('earlyStopping', () => {
  const error = 'validation/error';
  const early = (options: Parameters<typeof earlyStopping>[0]) => settled(earlyStopping(options), {});

  it('watches the 0-1 error of the validation set by default, and gives the best parameters back', () => {
    expect(earlyStopping()).toEqual({
      ...{ stopping: 'earlyStopping', monitor: error, mode: 'auto', patience: 5, minDelta: 0, restoreBest: true },
    });
  });

  it('stops at the patience-th evaluation without improvement, counted from the best', () => {
    expect(endOf(early({ patience: 2 }), error, [0.5, 0.4, 0.41, 0.39, 0.4, 0.4, 0.1])).toBe(6);
    expect(endOf(early({ patience: 3 }), error, [0.5, 0.4, 0.41, 0.39, 0.4, 0.4, 0.1])).toBeUndefined();
    expect(endOf(early({ patience: 1 }), error, [0.5, 0.5])).toBe(2);
  });

  it('counts as improvement what is better by more than minDelta than the best so far', () => {
    // 0.45 and 0.42 are within 0.1 of 0.5, 0.39 is not, although it is near 0.42.
    const policy = early({ patience: 3, minDelta: 0.1 });
    expect(endOf(policy, error, [0.5, 0.45, 0.42, 0.39, 0.38, 0.37, 0.36])).toBe(7);
    const seen = situation(error, [0.5, 0.45, 0.42, 0.39, 0.38]);
    expect(bestEvaluation(policy, seen)?.step).toBe(40);
  });

  it('does not look at evaluations before startAfter', () => {
    const policy = early({ patience: 2, startAfter: epochs(4) });
    expect(endOf(policy, error, [0.1, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5])).toBe(6);
    expect(bestEvaluation(policy, situation(error, [0.1, 0.5, 0.5, 0.5, 0.4]))?.step).toBe(50);
    expect(bestEvaluation(policy, situation(error, [0.1, 0.5, 0.5]))).toBeUndefined();
  });

  it('never takes NaN for an improvement, not even as the first value', () => {
    expect(endOf(early({ patience: 2 }), error, [Number.NaN, 0.5, Number.NaN, 0.4, Number.NaN, Number.NaN])).toBe(6);
    expect(endOf(early({ patience: 2 }), error, [Number.NaN, Number.NaN])).toBe(2);
  });

  it('takes more for better where the metric does, and less of everything else', () => {
    const metrics = { quality: accuracy(), error: zeroOne() };
    const mode = (monitor: string) => settled(earlyStopping({ monitor }), metrics).mode;
    expect(['validation/quality', 'validation/error', 'train/loss'].map(mode)).toEqual(['max', 'min', 'min']);
    const policy = settled(earlyStopping({ monitor: 'validation/quality', patience: 2 }), metrics);
    expect(endOf(policy, 'validation/quality', [0.5, 0.6, 0.7, 0.6, 0.65])).toBe(5);
  });
});

describe('other policies', () => {
  it('targetReached: at the first evaluation that is as good', () => {
    expect(endOf(targetReached({ mode: 'min', value: 0.1 }), 'validation/error', [0.3, 0.11, 0.1, 0])).toBe(3);
    const most = targetReached({ monitor: 'a', mode: 'max', value: 0.9 });
    expect(endOf(most, 'a', [0.5, Number.NaN, 0.91])).toBe(3);
  });

  it('timeBudget: at any step, evaluated or not', () => {
    const at = (seconds: number) =>
      decide([timeBudget({ minutes: 2 })], situation('x', [], { seconds, evaluated: false }));
    expect(at(119.9)).toBeUndefined();
    expect(at(120)?.status).toBe('done');
  });

  it('learningRateBelow: where the rate has fallen so far', () => {
    expect(endOf(learningRateBelow({ value: 1e-3 }), 'optim/learning-rate', [0.1, 0.01, 0.0011, 0.001])).toBe(4);
  });

  it('plateau: by the slope of the least-squares line through the window', () => {
    // Slope of 4, 2, 3 over epochs 1, 2, 3 is (3 − 4)/2 = −0.5.
    const rate = (minRate: number) => endOf(plateau({ window: 3, minRate, monitor: 'x', mode: 'min' }), 'x', [4, 2, 3]);
    expect(rate(0.499)).toBeUndefined();
    expect(rate(0.501)).toBe(3);
    expect(endOf(plateau({ window: 4, minRate: 10, monitor: 'x', mode: 'min' }), 'x', [4, 2, 3])).toBeUndefined();
  });

  it('divergence: where the running mean has risen above its best by factor times the first', () => {
    const loss = createRunningLoss();
    const diverged = () => decide([divergence({ factor: 2 })], situation('x', [], { loss, evaluated: false }))?.status;
    for (let i = 0; i < 40; i++) addLoss(loss, 3);
    expect([loss.first, loss.best]).toEqual([3, 3].map((value) => expect.closeTo(value, 12)));
    for (let i = 0; i < 400; i++) addLoss(loss, 1);
    expect(loss.best).toBeCloseTo(1, 3);
    // The bound is 1 + 2·3 = 7: the mean nears the constant that is fed from now on.
    for (let i = 0; i < 1000; i++) addLoss(loss, 6.9);
    expect(diverged()).toBeUndefined();
    for (let i = 0; i < 1000; i++) addLoss(loss, 7.1);
    expect(diverged()).toBe('diverged');
  });

  it('the running mean is the exponentially weighted mean with keep 1 − 1/40, unbiased', () => {
    const loss = createRunningLoss();
    const values = [3, 1, 4, 1, 5];
    for (const value of values) addLoss(loss, value);
    const weights = values.map((_, i) => 0.975 ** (values.length - 1 - i));
    const mean = values.reduce((sum, value, i) => sum + weights[i]! * value, 0) / weights.reduce((a, b) => a + b);
    expect(loss.sum / loss.weight).toBeCloseTo(mean, 12);
  });

  it('the first that has a verdict ends the run', () => {
    const policies = [timeBudget({ minutes: 1 }), targetReached({ mode: 'min', value: 1 })];
    expect(decide(policies, situation('validation/error', [0.5], { seconds: 61 }))?.reason).toContain('minutes');
    expect(decide(policies, situation('validation/error', [0.5], { seconds: 1 }))?.reason).toContain('wanted');
  });
});

describe('as data', () => {
  it('reads back from JSON, one or a list', () => {
    const policies = [
      earlyStopping({ patience: 3, startAfter: epochs(2) }),
      targetReached({ value: 0.1 }),
      timeBudget({ minutes: 5 }),
      learningRateBelow({ value: 1e-5 }),
      plateau({ window: 8 }),
      divergence({ factor: 4 }),
    ];
    expect(readStopping(JSON.parse(JSON.stringify(policies)))).toEqual(policies);
    expect(readStopping(policies[1])).toEqual([policies[1]]);
  });

  it.each([
    [{ stopping: 'earlyStoping' }, /earlyStopping/],
    [{ stopping: 'earlyStopping', patience: 0 }, /patience is 0/],
    [{ stopping: 'earlyStopping', patient: 3 }, /Did you mean "patience"/],
    [{ stopping: 'earlyStopping', mode: 'less' }, /mode is "less"/],
    [{ stopping: 'targetReached' }, /value is missing/],
    [{ stopping: 'timeBudget', minutes: Number.NaN }, /minutes is NaN/],
    ['patience', /"patience"/],
  ])('refuses %j', (value, message) => {
    expect(() => readStopping(value)).toThrow(message);
  });

  it('refuses to watch what is never measured, with the nearest that is', () => {
    const policies = [earlyStopping({ monitor: 'validation/eror' })];
    expect(() => checkMonitors(policies, ['train/loss', 'validation/error'])).toThrow(
      /"validation\/eror".*Did you mean "validation\/error"/,
    );
  });
});
