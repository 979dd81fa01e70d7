import { describe, expect, it } from 'vitest';
import type { Optimizer } from '../../rule/rule.ts';
import { hyperAt } from '../../rule/rule.ts';
import { createUpdater } from '../../rule/updater.ts';
import { adam } from '../adam.ts';
import { lamb } from './lamb.ts';

const parameters = [
  { name: 'weight', size: 6, shape: [2, 3] },
  { name: 'bias', size: 2, shape: [2] },
];

/** The move of each parameter at the last of `steps`, and θ before it; gradients do not depend on θ. */
function lastMove(optimizer: Optimizer, steps: number, start = 1) {
  const updater = createUpdater({ optimizer, parameters, executor: 'float64' });
  const views = parameters.map(({ name }) => updater.arena.view('theta', name));
  views.forEach((view, p) => {
    view.set(Array.from(view, (_, i) => start * Math.cos(1 + i + 3 * p)));
  });
  let before: number[][] = [];
  for (let done = 0; done < steps; done++) {
    before = views.map((view) => Array.from(view));
    parameters.forEach(({ name, size }, p) => {
      const gradient = Array.from({ length: size }, (_, i) => Math.sin(done + i * (p + 1)) + 0.2 * i);
      updater.arena.view('gradient', name).set(gradient);
    });
    const hyper = hyperAt(optimizer, { step: done, epoch: 0, examples: 0, fraction: 0 });
    updater.step({ step: done + 1, hyper });
  }
  return views.map((view, p) => ({ before: before[p]!, move: Array.from(view, (x, i) => x - before[p]![i]!) }));
}

const length = (x: readonly number[]) => Math.hypot(...x);
const unit = (x: readonly number[]) => x.map((value) => value / length(x));
const farthest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));

describe('lamb', () => {
  it("has the constants of the paper's BERT runs", () => {
    expect(lamb()).toEqual({
      ...{ optimizer: 'lamb', learningRate: 0.001, epsilon: 1e-6, weightDecay: 0.01, beta1: 0.9, beta2: 0.999 },
      ...{ epsilonAddedTo: 'correctedRoot', trustRatioOf: 'everyParameter' },
    });
  });

  it('moves each parameter by ε‖θ‖ along the direction of Adam, within 1e-14', () => {
    const moves = lastMove(lamb({ learningRate: 0.01, weightDecay: 0, epsilon: 0.1 }), 5);
    const ofAdam = lastMove(adam({ learningRate: 0.01, epsilon: 0.1 }), 5);
    moves.forEach(({ before, move }, p) => {
      expect(Math.abs(length(move) / length(before) - 0.01)).toBeLessThan(1e-14);
      expect(farthest(unit(move), unit(ofAdam[p]!.move))).toBeLessThan(1e-13);
    });
  });

  it('moves zeros as Adam does, within 1e-16', () => {
    const options = { learningRate: 0.01, epsilon: 0.1 };
    const ofAdam = lastMove(adam(options), 1, 0);
    lastMove(lamb(options), 1, 0).forEach(({ move }, p) => {
      expect(farthest(move, ofAdam[p]!.move)).toBeLessThan(1e-16);
      expect(length(move)).toBeGreaterThan(0.005);
    });
  });

  it('leaves vectors to Adam where only matrices have a trust ratio', () => {
    const options = { learningRate: 0.01, epsilon: 0.1, weightDecay: 0 };
    const [weight, bias] = lastMove(lamb({ ...options, trustRatioOf: 'matrices' }), 5);
    expect(weight).toEqual(lastMove(lamb(options), 5)[0]);
    expect(bias).toEqual(lastMove(adam({ learningRate: 0.01, epsilon: 0.1 }), 5)[1]);
  });

  it('decays inside its direction, so it takes no other kind', () => {
    expect(() => lamb({ weightDecayKind: 'l2' })).toThrow(/unknown option "weightDecayKind"/);
  });
});
