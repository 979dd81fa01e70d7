import { describe, expect, it } from 'vitest';
import { hyperAt } from '../rule/rule.ts';
import { createUpdater } from '../rule/updater.ts';
import { adam } from './adam.ts';
import { nadam } from './nadam.ts';

const atStart = { step: 0, epoch: 0, examples: 0, fraction: 0 };

function follow(optimizer: ReturnType<typeof nadam>, start: readonly number[], gradients: readonly number[][]) {
  const parameters = [{ name: 'x', size: start.length }];
  const updater = createUpdater({ optimizer, parameters, executor: 'float64' });
  const theta = updater.arena.view('theta', 'x');
  theta.set(start);
  return gradients.map((gradient, done) => {
    updater.arena.view('gradient', 'x').set(gradient);
    updater.step({ step: done + 1, hyper: hyperAt(optimizer, atStart) });
    return Array.from(theta);
  });
}

describe('nadam', () => {
  it("has PyTorch's defaults", () => {
    expect(nadam()).toEqual({
      ...{ optimizer: 'nadam', learningRate: 0.002, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      ...{ momentumDecay: 0.004, momentumForm: 'warmedUp' },
    });
  });

  it("has Keras's published values within 1e-4 under a momentum decay of 1, and not under the default", () => {
    // keras/src/optimizers/nadam_test.py: ones, a first gradient of 0.01, then 0.1 and 1.0; first and last column.
    const golden = [
      [0.4281, 0.4281],
      [-0.1738, -0.1717],
      [-0.7115, -0.7084],
      [-1.2335, -1.2299],
      [-1.7492, -1.7454],
    ];
    const distance = (momentumDecay: number) => {
      const optimizer = nadam({ learningRate: 0.5, beta1: 0.5, beta2: 0.67, epsilon: 1e-5, momentumDecay });
      const gradients = golden.map((_, done) => (done === 0 ? [0.01, 0.01] : [0.1, 1]));
      const rows = follow(optimizer, [1, 1], gradients);
      return Math.max(...golden.flatMap((row, k) => row.map((value, i) => Math.abs(rows[k]![i]! - value))));
    };
    expect(distance(1)).toBeLessThan(1e-4);
    expect(distance(0.004)).toBeGreaterThan(5e-3);
  });

  it.each(['warmedUp', 'constant', 'sharedCorrection'] as const)(
    'with beta1 = 0 has nothing to look ahead with: the %s form is Adam with beta1 = 0, within 1e-13',
    (momentumForm) => {
      const gradients = Array.from({ length: 30 }, (_, k) => [Math.sin(k), 1 + Math.cos(3 * k)]);
      const options = { learningRate: 0.1, beta1: 0, beta2: 0.9 };
      const expected = follow(adam(options), [1, -1], gradients);
      const rows = follow(nadam({ ...options, momentumForm }), [1, -1], gradients);
      rows.forEach((row, k) => {
        row.forEach((value, i) => {
          expect(Math.abs(value - expected[k]![i]!)).toBeLessThan(1e-13);
        });
      });
    },
  );
});
