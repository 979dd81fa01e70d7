import { describe, expect, it } from 'vitest';
import type { Optimizer } from '../../rule/rule.ts';
import { hyperAt } from '../../rule/rule.ts';
import { createUpdater } from '../../rule/updater.ts';
import { adam } from '../adam.ts';
import { muon } from './muon.ts';

/** θ after `steps` from zeros, gradients `scale` times a fixed function of element and step. */
function follow(optimizer: Optimizer, shape: readonly number[], steps: number, scale = 1) {
  const size = shape.reduce((product, n) => product * n, 1);
  const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size, shape }], executor: 'float64' });
  for (let done = 0; done < steps; done++) {
    const gradient = Array.from({ length: size }, (_, i) => scale * Math.sin(1 + i * i + done));
    updater.arena.view('gradient', 'x').set(gradient);
    const hyper = hyperAt(optimizer, { step: done, epoch: 0, examples: 0, fraction: 0 });
    updater.step({ step: done + 1, hyper });
  }
  return Array.from(updater.arena.view('theta', 'x'));
}

/** The squares of both singular values of a matrix of two columns. */
function squaredSingularValues(x: readonly number[]): readonly [number, number] {
  const dot = (i: number, j: number) => x.reduce((sum, _, k) => sum + (k % 2 === 0 ? x[k + i]! * x[k + j]! : 0), 0);
  const mean = (dot(0, 0) + dot(1, 1)) / 2;
  const radius = Math.hypot((dot(0, 0) - dot(1, 1)) / 2, dot(0, 1));
  return [mean - radius, mean + radius];
}

describe('muon', () => {
  it("has the author's defaults", () => {
    expect(muon()).toEqual({
      ...{ optimizer: 'muon', learningRate: 0.02, momentum: 0.95, adamLearningRate: 3e-4, beta1: 0.9, beta2: 0.95 },
      ...{ epsilon: 1e-10, weightDecay: 0, nesterov: true, updateScale: 'aspectRatio' },
    });
  });

  it.each([
    ['aspectRatio', [6, 2], Math.sqrt(3)],
    ['aspectRatio', [2, 2], 1],
    ['likeAdam', [6, 2], 0.2 * Math.sqrt(6)],
    ['aspectRatio', [6, 1, 2], Math.sqrt(3)],
  ] as const)('moves by %s a %j with all singular values between 0.65 and 1.25 of %f', (updateScale, shape, scale) => {
    const moved = follow(muon({ learningRate: 1, updateScale }), shape, 1).map((x) => x / scale);
    const [smaller, larger] = squaredSingularValues(moved);
    expect(smaller).toBeGreaterThan(0.65 ** 2);
    expect(larger).toBeLessThan(1.25 ** 2);
  });

  it('goes the same way within 1e-6 when the loss is multiplied by 1000, but for the norm of 1e-7', () => {
    const [once, thousand] = [1, 1000].map((scale) => follow(muon(), [3, 4], 10, scale));
    expect(Math.max(...once!.map((x, i) => Math.abs(x - thousand![i]!)))).toBeLessThan(1e-6);
    expect(Math.max(...once!.map(Math.abs))).toBeGreaterThan(0.02);
  });

  it.each([[[5]], [[]]])('takes the steps of Adam at the rate of its own on shape %j, within 1e-16', (shape) => {
    const moved = follow(muon({ adamLearningRate: 0.01 }), shape, 20);
    const expected = follow(adam({ learningRate: 0.01, beta2: 0.95, epsilon: 1e-10 }), shape, 20);
    expect(Math.max(...moved.map((x, i) => Math.abs(x - expected[i]!)))).toBeLessThan(1e-16);
    expect(Math.max(...moved.map(Math.abs))).toBeGreaterThan(0.01);
  });
});
