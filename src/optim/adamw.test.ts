import { describe, expect, it } from 'vitest';
import type { Optimizer } from '../rule/rule.ts';
import { hyperAt } from '../rule/rule.ts';
import { createUpdater } from '../rule/updater.ts';
import { adam } from './adam.ts';
import { adamw } from './adamw.ts';

const start = Array.from({ length: 21 }, (_, i) => Math.sin(i + 1));
const gradient = (theta: ArrayLike<number>, done: number) => start.map((x, i) => theta[i]! - x * Math.cos(done + i));

function run(optimizer: Optimizer, executor: 'wasm' | 'float64', steps = 30) {
  const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size: 21 }], executor });
  const theta = updater.arena.view('theta', 'x');
  theta.set(start);
  for (let done = 0; done < steps; done++) {
    updater.arena.view('gradient', 'x').set(gradient(theta, done));
    const hyper = hyperAt(optimizer, { step: done, epoch: 0, examples: 0, fraction: 0 });
    updater.step({ step: done + 1, hyper });
  }
  return Array.from(theta);
}

describe('adamw', () => {
  it("has Adam's defaults, and PyTorch's decay of 0.01, multiplied by the rate", () => {
    const { optimizer: _, ...defaults } = adam();
    const decay = { weightDecay: 0.01, weightDecayKind: 'decoupledByRate' };
    expect(adamw()).toEqual({ optimizer: 'adamw', ...defaults, ...decay });
  });

  it.each(['wasm', 'float64'] as const)('without decay is Adam to the bit in %s', (executor) => {
    const options = { learningRate: 0.1, beta2: 0.9, epsilon: 0.01 };
    const plain = run(adam(options), executor);
    expect(run(adamw({ ...options, weightDecay: 0 }), executor)).toEqual(plain);
    expect(run(adamw(options), executor)).not.toEqual(plain);
  });

  it('with l2 decay is Adam with l2 decay to the bit', () => {
    const options = { learningRate: 0.1, weightDecay: 0.3, weightDecayKind: 'l2' } as const;
    expect(run(adamw(options), 'float64')).toEqual(run(adam(options), 'float64'));
  });

  it("has Keras's published values within 1e-4, with epsilon at the uncorrected root", () => {
    // keras/src/optimizers/adamw_test.py: ones, a first gradient of 0.01, then 0.1 and 1.0; first and last column.
    const golden = [
      [0.4998, 0.4998],
      [0.2486, 0.2382],
      [0.1223, 0.1003],
      [0.0586, 0.0258],
      [0.0263, -0.0159],
    ];
    const distance = (epsilonAddedTo: 'uncorrectedRoot' | 'correctedRoot') => {
      const optimizer = adamw({ learningRate: 1, weightDecay: 0.5, epsilon: 2, epsilonAddedTo });
      const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size: 2 }], executor: 'float64' });
      const theta = updater.arena.view('theta', 'x').fill(1);
      return golden.map((row, done) => {
        updater.arena.view('gradient', 'x').set(done === 0 ? [0.01, 0.01] : [0.1, 1]);
        const hyper = hyperAt(optimizer, { step: done, epoch: 0, examples: 0, fraction: 0 });
        updater.step({ step: done + 1, hyper });
        return Math.max(...row.map((value, i) => Math.abs(theta[i]! - value)));
      });
    };
    expect(Math.max(...distance('uncorrectedRoot'))).toBeLessThan(1e-4);
    expect(Math.max(...distance('correctedRoot'))).toBeGreaterThan(0.1);
  });
});
