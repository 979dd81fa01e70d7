import { describe, expect, it } from 'vitest';
import { adam } from '../../optim/adam.ts';
import { momentum } from '../../optim/momentum.ts';
import { fraction } from '../../optim/schedule/duration.ts';
import { linearDecay } from '../../optim/schedule/linear-decay.ts';
import { mul, sub } from '../../rule/expression.ts';
import { hyperAt, rule } from '../../rule/rule.ts';
import { optimizerOf, readLanes, takesRate } from './lane.ts';

const tuned = { tuned: true };
const signs = rule({
  name: 'fixedStep',
  slots: {},
  hyper: { stride: 0.01 },
  update: ({ theta, g, stride }) => ({ theta: sub(theta, mul(stride, g)) }),
});

describe('readLanes', () => {
  it('searches a rate from the default of its rule, and without one from 0.1 (1 − momentum)', () => {
    const lanes = readLanes(['sgd', 'momentum', { optimizer: 'nesterov', momentum: 0.99 }, 'adam'], tuned);
    expect(lanes.map(({ name, rate }) => [name, rate])).toEqual([
      ['sgd', 'tuned'],
      ['momentum', 'tuned'],
      ['nesterov momentum=0.99', 'tuned'],
      ['adam', 'tuned'],
    ]);
    const starts = lanes.map(({ start }) => start!);
    [0.1, 0.01, 0.001, 0.001].forEach((expected, i) => {
      expect(starts[i]).toBeCloseTo(expected, 12);
    });
  });

  it('keeps a rate that is given, and calls lanes by the settings that are not the defaults', () => {
    const [plain, built, data] = readLanes(
      [momentum({ learningRate: 0.5, momentum: 0.5 }), adam(), { optimizer: 'adam', learningRate: 0.1, beta2: 0.95 }],
      tuned,
    );
    expect(plain).toMatchObject({ name: 'momentum momentum=0.5', rate: 'given', learningRate: 0.5 });
    expect(built).toMatchObject({ name: 'adam', rate: 'given', learningRate: 0.001 });
    expect(data).toMatchObject({ name: 'adam beta2=0.95', rate: 'given', learningRate: 0.1 });
  });

  it('tells lanes apart by their given rates, and refuses two that are the same', () => {
    const rates = [0.1, 0.01].map((learningRate) => ({ optimizer: 'sgd', learningRate }));
    expect(readLanes(rates, tuned).map(({ name }) => name)).toEqual(['sgd learningRate=0.1', 'sgd learningRate=0.01']);
    expect(() => readLanes(['adam', 'adam'], tuned)).toThrow(/two lanes are "adam"/);
  });

  it('races rules at their default rates where nothing is tuned, and refuses those that have none', () => {
    expect(readLanes(['adam'], { tuned: false })[0]).toMatchObject({ rate: 'default', learningRate: 0.001 });
    expect(() => readLanes(['sgd'], { tuned: false })).toThrow(/sgd has no default learning rate/);
  });

  it('races a rule of your own, and one that has no learning rate', () => {
    const definitions = { rules: [signs] };
    const [lane] = readLanes(['fixedStep'], { tuned: true, definitions });
    expect(lane).toMatchObject({ name: 'fixedStep', rate: 'none' });
    expect(optimizerOf(lane!, { definitions })).toEqual({ optimizer: 'fixedStep', stride: 0.01 });
    expect(readLanes([signs({ stride: 0.5 })], tuned)[0]).toMatchObject({ name: 'fixedStep stride=0.5', rate: 'none' });
  });

  it('refuses unknown optimizers and settings with the nearest name, and having no lane', () => {
    expect(() => readLanes(['adan'], tuned)).toThrow(/there is no optimizer "adan"\. Did you mean "adam"\?/);
    expect(() => readLanes([{ optimizer: 'adam', beta_2: 0.9 }], tuned)).toThrow(/"beta_2".*Did you mean "beta2"\?/);
    expect(() => readLanes([{ optimizer: 'momentum', momentum: 2 }], tuned)).toThrow(/momentum is 2/);
    expect(() => readLanes([], tuned)).toThrow(/there is no lane/);
  });
});

describe('optimizerOf', () => {
  it('is the whole description at a tuned rate, the other settings those of the lane or the defaults', () => {
    const [lane] = readLanes([{ optimizer: 'adam', beta2: 0.95 }], tuned);
    expect(optimizerOf(lane!, { definitions: {} }, 0.02)).toEqual(adam({ learningRate: 0.02, beta2: 0.95 }));
  });

  it('scales a tuned rate by the schedule of the race, and leaves a given one alone', () => {
    const schedule = linearDecay({ from: 1, to: 0, over: fraction(1) });
    const [tunedLane, given] = readLanes(['adam', { optimizer: 'sgd', learningRate: 0.5 }], tuned);
    const setting = { definitions: {}, schedule };
    const half = { step: 5, epoch: 0.5, examples: 50, fraction: 0.5 };
    expect(hyperAt(optimizerOf(tunedLane!, setting, 0.02), half).learningRate).toBeCloseTo(0.01, 12);
    expect(hyperAt(optimizerOf(given!, setting), half).learningRate).toBe(0.5);
  });
});

describe('takesRate', () => {
  it('is the range of the rule: no rate below zero, none above its maximum', () => {
    const bounded = rule({
      name: 'bounded',
      slots: {},
      hyper: { learningRate: { default: 0.1, min: 0.01, max: 1, exclusiveMax: true } },
      update: ({ theta, g, learningRate }) => ({ theta: sub(theta, mul(learningRate, g)) }),
    });
    const definitions = { rules: [bounded] };
    const takes = takesRate(readLanes(['bounded'], { tuned: true, definitions })[0]!, definitions);
    expect([0, 0.005, 0.01, 0.5, 1].map(takes)).toEqual([false, false, true, true, false]);
  });
});
