import { describe, expect, it } from 'vitest';
import { OptionError } from '../base/errors.ts';
import { sub } from '../rule/expression.ts';
import { programsOf } from '../rule/program.ts';
import { rule } from '../rule/rule.ts';
import { valueAt } from '../rule/schedule.ts';
import { adam } from './adam.ts';
import { momentum } from './momentum.ts';
import { nesterov } from './nesterov.ts';
import { optimizers } from './optimizers.ts';
import { readOptimizer, readSchedule } from './read.ts';
import { rmsprop } from './rmsprop.ts';
import { constant } from './schedule/constant.ts';
import { epochs, examples, fraction, steps } from './schedule/duration.ts';
import { linearDecay } from './schedule/linear-decay.ts';

const throughJson = (value: unknown) => JSON.parse(JSON.stringify(value)) as never;

describe('readOptimizer', () => {
  it('reads back what JSON made of every built-in optimizer, schedules included, equal and ready to run', () => {
    const decay = linearDecay({ from: 0.1, to: 0.001, over: epochs(2.5) });
    const built = [
      momentum({ learningRate: 0.1, momentum: constant({ value: 0.5 }), learningRateInMomentum: false }),
      nesterov({ learningRate: 0 }),
      adam({ beta1: 0, epsilonAddedTo: 'uncorrectedRoot' }),
      rmsprop({ learningRate: 0.1, momentum: 0.5 }),
      ...optimizers.flatMap((build) => [
        build({ learningRate: decay } as never),
        ...Object.entries(build.definition.choices).flatMap(([option, values]) =>
          values.map((value) => build({ learningRate: 0.1, [option]: value } as never)),
        ),
      ]),
    ];
    for (const optimizer of built) {
      const read = readOptimizer(throughJson(optimizer));
      expect(read).toEqual(optimizer);
      expect(programsOf(read)).toEqual(programsOf(optimizer));
      expect(Object.isFrozen(read)).toBe(true);
    }
  });

  it('returns what a builder made as it is, rules of the user included', () => {
    const own = rule({ name: 'own', slots: {}, hyper: {}, update: ({ theta, g }) => ({ theta: sub(theta, g) }) });
    const built = own();
    expect(readOptimizer(built)).toBe(built);
    expect(() => readOptimizer(throughJson(built))).toThrow(/there is no optimizer "own"/);
    expect(readOptimizer(throughJson(built), { rules: [own] })).toEqual(built);
  });

  it.each([
    [{ optimizer: 'adm' }, /there is no optimizer "adm"\. Did you mean "adam"/],
    [{ optimizer: 'adam', clipValue: 1 }, /unknown option "clipValue" \(adam\)/],
    [{ optimizer: 'adam', learningRate: -1 }, /learningRate is -1 \(adam\)/],
    [
      { optimizer: 'adam', learningRate: { schedule: 'linearDecoy' } },
      /no schedule "linearDecoy" \(learningRate\)\. Did you mean "linearDecay"/,
    ],
    [{ optimizer: 'adam', learningRate: { value: 1 } }, /learningRate is \{"value":1\}/],
    ['adam', /the optimizer is "adam"/],
    [null, /the optimizer is null/],
  ])('refuses %j', (value, message) => {
    expect(() => readOptimizer(value)).toThrow(OptionError);
    expect(() => readOptimizer(value)).toThrow(message);
  });
});

describe('linearDecay', () => {
  const start = { step: 0, epoch: 0, examples: 0, fraction: 0 };

  it("has PyTorch's LinearLR(1 → 0.01 over 5) within 1e-15, and stays at its end", () => {
    const decay = linearDecay({ from: 1, to: 0.01, over: steps(5) });
    [1, 0.802, 0.604, 0.406, 0.208, 0.01, 0.01, 0.01].forEach((expected, step) => {
      expect(Math.abs(valueAt(decay, { ...start, step }) - expected)).toBeLessThan(1e-15);
    });
    expect(valueAt(decay, { ...start, step: 1e9 })).toBe(0.01);
  });

  it('counts in the unit of its duration', () => {
    const at = { step: 30, epoch: 0.5, examples: 600, fraction: 0.1 };
    const value = (over: Parameters<typeof linearDecay>[0]['over']) =>
      valueAt(linearDecay({ from: 0, to: 1, over }), at);
    expect(value(steps(60))).toBe(0.5);
    expect(value(epochs(2))).toBe(0.25);
    expect(value(examples(800))).toBe(0.75);
    expect(value(fraction(0.8))).toBe(0.125);
  });

  it('is data that JSON keeps and readSchedule checks', () => {
    const decay = linearDecay({ from: 1, to: 0, over: epochs(3) });
    expect(decay).toEqual({ schedule: 'linearDecay', from: 1, to: 0, over: { epochs: 3 } });
    const read = readSchedule(throughJson(decay));
    expect(read).toEqual(decay);
    expect(valueAt(read, { ...start, epoch: 1.5 })).toBe(0.5);
    expect(() => valueAt(throughJson(decay), start)).toThrow(/data without its definition/);
  });

  it.each([
    [{ from: 1, to: 0 }, /over is missing \(linearDecay\)/],
    [{ from: 1, to: 0, over: 10 }, /over is 10 .*with its unit/],
    [{ from: 1, to: 0, over: { epoch: 10 } }, /Did you mean "epochs"/],
    [{ from: 1, to: 0, over: { epochs: 1, steps: 1 } }, /over is/],
    [{ from: 1, to: 0, over: { steps: 0 } }, /over.steps is 0 .*at least 1e-9/],
    [{ from: 1, to: 0, over: { fraction: 1.5 } }, /over.fraction is 1.5 .*at most 1/],
    [{ from: Number.NaN, to: 0, over: { steps: 1 } }, /from is NaN/],
    [{ from: 1, to: 0, over: { steps: 1 }, until: 3 }, /unknown option "until"/],
  ])('refuses %j', (options, message) => {
    expect(() => linearDecay(options as never)).toThrow(OptionError);
    expect(() => linearDecay(options as never)).toThrow(message);
  });
});
