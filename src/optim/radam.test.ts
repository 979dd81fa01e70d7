import { describe, expect, it } from 'vitest';
import { hyperAt } from '../rule/rule.ts';
import { createUpdater } from '../rule/updater.ts';
import { adam } from './adam.ts';
import { radam } from './radam.ts';

const atStart = { step: 0, epoch: 0, examples: 0, fraction: 0 };
const gradientAt = (t: number) => 3 + Math.sin(5 * t);

/** θ after each step from 1, under the gradients of `gradientAt`. */
function follow(optimizer: ReturnType<typeof radam>, steps: number) {
  const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size: 1 }], executor: 'float64' });
  const theta = updater.arena.view('theta', 'x').fill(1);
  return Array.from({ length: steps }, (_, done) => {
    updater.arena.view('gradient', 'x')[0] = gradientAt(done + 1);
    updater.step({ step: done + 1, hyper: hyperAt(optimizer, atStart) });
    return theta[0]!;
  });
}

/** θ ← θ − εŝ, Adam without its second moment. */
function averagedOnly(rate: number, beta1: number, steps: number) {
  let [theta, s] = [1, 0];
  return Array.from({ length: steps }, (_, done) => {
    s = beta1 * s + (1 - beta1) * gradientAt(done + 1);
    theta -= (rate * s) / (1 - beta1 ** (done + 1));
    return theta;
  });
}

const farthest = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, k) => Math.abs(value - b[k]!)));

describe('radam', () => {
  it("has PyTorch's defaults", () => {
    const defaults = { learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };
    expect(radam()).toEqual({ optimizer: 'radam', ...defaults });
  });

  it('is Adam without the second moment for 5 steps under beta2 = 0.999, within 1e-14, and not at the 6th', () => {
    const rows = follow(radam({ learningRate: 0.1 }), 6);
    const plain = averagedOnly(0.1, 0.9, 6);
    expect(farthest(rows.slice(0, 5), plain)).toBeLessThan(1e-14);
    expect(Math.abs(rows[5]! - plain[5]!)).toBeGreaterThan(0.1);
  });

  it.each([0, 0.5, 0.66])('is so for ever under beta2 = %f, where no average is long enough', (beta2) => {
    const rows = follow(radam({ learningRate: 0.01, beta1: 0.5, beta2 }), 200);
    expect(farthest(rows, averagedOnly(0.01, 0.5, 200))).toBeLessThan(1e-13);
  });

  it('takes the step of Adam once the average of squares is full: at step 1e6, within 1e-12', () => {
    const stepOf = (optimizer: ReturnType<typeof radam>) => {
      const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size: 1 }], executor: 'float64' });
      updater.arena.view('gradient', 'x')[0] = 2;
      updater.step({ step: 1e6, hyper: hyperAt(optimizer, atStart) });
      return updater.arena.view('theta', 'x')[0]!;
    };
    const options = { learningRate: 0.1, epsilon: 0.01 };
    expect(Math.abs(stepOf(adam(options)))).toBeGreaterThan(0.01);
    expect(Math.abs(stepOf(radam(options)) - stepOf(adam(options)))).toBeLessThan(1e-12);
  });
});
