import { describe, expect, it } from 'vitest';
import { programsOf } from '../rule/program.ts';
import { hyperAt, type Optimizer } from '../rule/rule.ts';
import { createUpdater } from '../rule/updater.ts';
import { rprop } from './rprop.ts';
import { steps } from './schedule/duration.ts';
import { linearDecay } from './schedule/linear-decay.ts';

/** How far θ moves under each of these gradients, for one element in float64. */
function moves(optimizer: Optimizer, gradients: readonly number[]): number[] {
  const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size: 1 }], executor: 'float64' });
  const theta = updater.arena.view('theta', 'x');
  return gradients.map((g, done) => {
    const before = theta[0]!;
    updater.arena.view('gradient', 'x')[0] = g;
    const hyper = hyperAt(optimizer, { step: done, epoch: 0, examples: 0, fraction: 0 });
    updater.step({ step: done + 1, hyper });
    return before - theta[0]!;
  });
}

const close = (actual: readonly number[], expected: readonly number[]) =>
  Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!))) < 1e-15;

describe('rprop', () => {
  // By hand: 0.1, · 1.2, · 1.2, then the sign changes and the step size is 0.144 / 2 = 0.072.
  it.each([
    ['irprop-', [0.1, 0.12, 0.144, 0, 0.072, 0.0864]],
    ['rprop-', [0.1, 0.12, 0.144, -0.072, 0.036, 0.0432]],
    ['rprop+', [0.1, 0.12, 0.144, -0.144, 0.072, 0.0864]],
  ] as const)(
    '%s takes the steps that its paper gives for g = 1, 1, 1, −1, 1, 1, within 1e-15',
    (variant, expected) => {
      const taken = moves(rprop({ learningRate: 0.1, variant }), [1, 1, 1, -1, 1, 1]);
      expect(close(taken, expected), String(taken)).toBe(true);
    },
  );

  it('keeps step sizes within their bounds', () => {
    const bounded = rprop({ learningRate: 0.1, minimumStep: 0.09, maximumStep: 0.13 });
    expect(close(moves(bounded, [1, 1, 1, -1, 1]), [0.1, 0.12, 0.13, 0, 0.09])).toBe(true);
  });

  it('goes by signs, of gradients whose product is 0 in float64 too, and stays where the gradient is 0', () => {
    const tiny = [1e-200, 1e-200, -1e-200, 0, 1e-200];
    expect(close(moves(rprop(), tiny), [0.1, 0.12, 0, 0, 0.06])).toBe(true);
  });

  it('scales every step as its rate changes, and goes on where it was after a rate of 0', () => {
    const halving = linearDecay({ from: 0.1, to: 0, over: steps(2) });
    expect(close(moves(rprop({ learningRate: halving }), [1, 1]), [0.1, 0.06])).toBe(true);
    const rising = linearDecay({ from: 0, to: 0.1, over: steps(1) });
    expect(close(moves(rprop({ learningRate: rising }), [1, 1]), [0, 0.12])).toBe(true);
  });

  it('is for whole sets, and keeps the last move only to take it back', () => {
    expect(rprop.definition.wholeSet).toBe(true);
    expect(Object.keys(programsOf(rprop()).slots)).toEqual(['factor', 'previousSign']);
    expect(Object.keys(programsOf(rprop({ variant: 'rprop-' })).slots)).toEqual(['factor', 'previousSign']);
    expect(Object.keys(programsOf(rprop({ variant: 'rprop+' })).slots)).toEqual(['factor', 'previousSign', 'move']);
  });

  it("has the first paper's defaults: 0.1, 1.2, 0.5, 1e-6, 50; and variant irprop-", () => {
    const expected = { learningRate: 0.1, increase: 1.2, decrease: 0.5, minimumStep: 1e-6, maximumStep: 50 };
    expect(rprop()).toEqual({ optimizer: 'rprop', ...expected, variant: 'irprop-' });
  });
});
