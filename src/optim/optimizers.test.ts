import { describe, expect, it } from 'vitest';
import { createUpdater } from '../rule/updater.ts';
import { adam } from './adam.ts';
import { momentum } from './momentum.ts';
import { nesterov } from './nesterov.ts';
import { sgd } from './sgd.ts';

describe('defaults', () => {
  it("of Adam are the book's and the paper's: 0.001, 0.9, 0.999, 1e-8, epsilon beside the corrected root", () => {
    expect(adam()).toEqual({
      ...{ optimizer: 'adam', learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      epsilonAddedTo: 'correctedRoot',
    });
  });

  it("of momentum are 0.9 and the book's velocity; learning rates of SGD and momentum have none", () => {
    const expected = { optimizer: 'momentum', learningRate: 0.1, momentum: 0.9, learningRateInMomentum: true };
    expect(momentum({ learningRate: 0.1 })).toEqual(expected);
    expect(nesterov({ learningRate: 0.1 })).toEqual({ optimizer: 'nesterov', learningRate: 0.1, momentum: 0.9 });
    expect(sgd({ learningRate: 0.1 })).toEqual({ optimizer: 'sgd', learningRate: 0.1 });
    for (const build of [sgd, momentum, nesterov]) expect(() => build({} as never)).toThrow(/learningRate is missing/);
  });

  it('give way to 0 wherever the formula stands it', () => {
    expect(adam({ learningRate: 0, beta1: 0, beta2: 0, epsilon: 0 })).toMatchObject({ beta1: 0, beta2: 0, epsilon: 0 });
    expect(() => adam({ beta1: 1 })).toThrow(/beta1 is 1/);
    expect(() => adam({ epsilon: -1e-8 })).toThrow(/epsilon is -1e-8/);
    expect(() => momentum({ learningRate: 0.1, momentum: 1 })).toThrow(/momentum is 1/);
  });
});

describe('momentum', () => {
  it.each([0.5, 0.9, 0.99])('of %f settles under a constant gradient at steps of ε‖g‖/(1 − α), within 1e-9', (α) => {
    const optimizer = momentum({ learningRate: 0.01, momentum: α });
    const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size: 2 }], executor: 'float64' });
    updater.arena.view('gradient', 'x').set([3, 4]);
    let before = [0, 0];
    let length = 0;
    for (let step = 1; step <= 3000; step++) {
      updater.step({ step, hyper: { learningRate: 0.01, momentum: α } });
      const now = Array.from(updater.arena.view('theta', 'x'));
      length = Math.hypot(now[0]! - before[0]!, now[1]! - before[1]!);
      before = now;
    }
    expect(Math.abs(length - (0.01 * 5) / (1 - α))).toBeLessThan(1e-9);
  });
});
