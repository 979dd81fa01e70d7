import { describe, expect, it } from 'vitest';
import { OptionError } from '../base/errors.ts';
import { add, type element, mul, sub } from './expression.ts';
import { programsOf } from './program.ts';
import { hyperAt, type Optimizer, required, rule } from './rule.ts';
import { schedule } from './schedule.ts';

const momentum = rule({
  name: 'momentum',
  slots: { v: 0 },
  hyper: { learningRate: required, momentum: { default: 0.9, min: 0, max: 1, exclusiveMax: true } },
  choices: { rateInside: true, form: ['book', 'other'] },
  update: ({ theta, g, v, learningRate: ε, momentum: α }, { rateInside }) => {
    const v1 = rateInside ? sub(mul(α, v), mul(ε, g)) : add(mul(α, v), g);
    return { v: v1, theta: rateInside ? add(theta, v1) : sub(theta, mul(ε, v1)) };
  },
});

const ramp = schedule<{ readonly to: number }>({
  name: 'ramp',
  complete: ({ to }) => ({ to }),
  at: ({ to }, { epoch }) => to * epoch,
  bounds: ({ to }) => [Math.min(0, to), Math.max(0, to)],
});

describe('a description', () => {
  it('is frozen plain data, complete with defaults, that JSON keeps', () => {
    const built = momentum({ learningRate: 0.1 });
    const plain = { optimizer: 'momentum', learningRate: 0.1, momentum: 0.9, rateInside: true, form: 'book' };
    expect(built).toEqual(plain);
    expect(JSON.parse(JSON.stringify(built))).toEqual(built);
    expect(Object.keys(built)).toEqual(Object.keys(plain));
    expect(Object.isFrozen(built)).toBe(true);
  });

  it('takes schedules as data, and 0 where it is in range', () => {
    const built = momentum({ learningRate: ramp({ to: 2 }), momentum: 0 });
    expect(JSON.parse(JSON.stringify(built))).toEqual(built);
    expect(built.momentum).toBe(0);
    const position = { step: 7, epoch: 0.25, examples: 0, fraction: 0 };
    expect(hyperAt(built, position)).toEqual({ learningRate: 0.5, momentum: 0 });
  });

  const bad = (options: unknown) => () => momentum(options as never);
  it.each([
    [{ learningRate: -0.1 }, /learningRate is -0.1 \(momentum\)/],
    [{ learningRate: Number.NaN }, /learningRate is NaN/],
    [{ learningRate: null }, /learningRate is null/],
    [{ learningRate: '0.1' }, /learningRate is "0.1"/],
    [{}, /learningRate is missing \(momentum\)/],
    [{ learningRate: 0.1, momentum: 1 }, /momentum is 1 .*below 1/],
    [{ learningRate: 0.1, momentum: null }, /momentum is null/],
    [{ learningRate: 0.1, momentun: 0.5 }, /unknown option "momentun".*Did you mean "momentum"/],
    [{ learningRate: 0.1, rateInside: 'yes' }, /rateInside is "yes"/],
    [{ learningRate: 0.1, form: 'bok' }, /form is "bok".*Did you mean "book"/],
    [{ learningRate: ramp({ to: -1 }) }, /learningRate is -1/],
    [{ learningRate: ramp({ to: Number.NaN }) }, /learningRate is NaN/],
  ])('refuses %j', (options, message) => {
    expect(bad(options)).toThrow(OptionError);
    expect(bad(options)).toThrow(message);
  });
});

describe('rule', () => {
  const named = (slots: Record<string, number>) => () =>
    rule({ name: 'odd', slots, hyper: {}, update: ({ theta }) => ({ theta }) });

  it('refuses names that would collide or cannot be written', () => {
    expect(named({ gradient: 0 })).toThrow(/"gradient" cannot name a slot.*rule odd/);
    expect(named({ 'a b': 0 })).toThrow(OptionError);
    expect(() =>
      rule({ name: 'odd', slots: { v: 0 }, hyper: { v: 1 }, update: ({ theta }) => ({ theta, v: theta }) }),
    ).toThrow(/"v" cannot name/);
  });

  it('keeps no slot that the choices leave out of the update', () => {
    const optional = rule({
      name: 'optional',
      slots: { v: 0, extra: 1 },
      hyper: {},
      choices: { keep: false },
      update: ({ theta, v, extra }, { keep }) => ({ theta, v: add(v, theta), ...(keep ? { extra } : {}) }),
    });
    expect(programsOf(optional({})).slots).toEqual({ v: 0 });
    expect(programsOf(optional({ keep: true })).slots).toEqual({ v: 0, extra: 1 });
  });

  it('refuses an update that reads a slot it does not return, and a gradient at the interim point', () => {
    const update = ({ theta, v }: { theta: ReturnType<typeof element>; v: ReturnType<typeof element> }) => ({
      theta: add(theta, v),
    });
    const forgetful = rule({ name: 'forgetful', slots: { v: 0 }, hyper: {}, update });
    expect(() => programsOf(forgetful())).toThrow(/v is read where it is not kept \(rule forgetful\)/);
    const early = rule({
      name: 'early',
      slots: {},
      hyper: {},
      interim: ({ g }) => g,
      update: ({ g }) => ({ theta: g }),
    });
    expect(() => programsOf(early())).toThrow(/gradient is read where it is not kept/);
  });

  it('says what to do with a description that JSON has read and nobody has checked', () => {
    const raw = { optimizer: 'momentum', learningRate: 0.1 } as Optimizer;
    expect(() => programsOf(raw)).toThrow(/"momentum" is data without its rule.*readOptimizer/);
  });
});
