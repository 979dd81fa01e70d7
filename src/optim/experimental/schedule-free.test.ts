import { describe, expect, it } from 'vitest';
import type { Optimizer } from '../../rule/rule.ts';
import { hyperAt } from '../../rule/rule.ts';
import { createUpdater } from '../../rule/updater.ts';
import { adam } from '../adam.ts';
import { linearDecay } from '../schedule/linear-decay.ts';
import { sgd } from '../sgd.ts';
import { scheduleFreeAdamw } from './schedule-free-adamw.ts';
import { scheduleFreeSgd } from './schedule-free-sgd.ts';

/** θ after each step on a bowl with noise, from 1 and −2. */
function follow(optimizer: Optimizer, steps: number) {
  const updater = createUpdater({ optimizer, parameters: [{ name: 'x', size: 2 }], executor: 'float64' });
  const theta = updater.arena.view('theta', 'x');
  theta.set([1, -2]);
  return Array.from({ length: steps }, (_, done) => {
    const hyper = hyperAt(optimizer, { step: done, epoch: 0, examples: 0, fraction: 0 });
    updater.prepare({ step: done + 1, hyper });
    const at = updater.arena.view(updater.gradientAt, 'x');
    updater.arena.view('gradient', 'x').set([at[0]! + Math.sin(done), 3 * at[1]! + Math.cos(2 * done)]);
    updater.step({ step: done + 1, hyper });
    return Array.from(theta);
  });
}

function expectMeans(averages: number[][], points: number[][], tolerance: number): void {
  averages.forEach((row, k) => {
    row.forEach((value, i) => {
      const mean = points.slice(0, k + 1).reduce((sum, point) => sum + point[i]!, 0) / (k + 1);
      expect(Math.abs(value - mean)).toBeLessThan(tolerance);
    });
  });
}

describe('schedule-free methods', () => {
  it("have the authors' defaults", () => {
    const forSgd = { learningRate: 1, momentum: 0.9, weightDecay: 0 };
    expect(scheduleFreeSgd()).toEqual({ optimizer: 'scheduleFreeSgd', ...forSgd });
    expect(scheduleFreeAdamw()).toEqual({
      ...{ optimizer: 'scheduleFreeAdamw', learningRate: 0.0025, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      ...{ weightDecay: 0, correctionIn: 'root' },
    });
  });

  it('without interpolation are the mean of all points that SGD, or Adam, passes, within 1e-14', () => {
    const free = scheduleFreeSgd({ learningRate: 0.1, momentum: 0 });
    expectMeans(follow(free, 50), follow(sgd({ learningRate: 0.1 }), 50), 1e-14);
    const options = { learningRate: 0.1, beta1: 0, epsilon: 0.1 };
    expectMeans(follow(scheduleFreeAdamw(options), 50), follow(adam(options), 50), 1e-14);
  });

  it('stay where they are under a rate of 0, and start from there when it grows', () => {
    expect(follow(scheduleFreeSgd({ learningRate: 0 }), 3)).toEqual([1, 2, 3].map(() => [1, -2]));
    const warmed = follow(
      scheduleFreeSgd({ learningRate: linearDecay({ from: 0, to: 0.2, over: { steps: 5 } }) }),
      200,
    );
    expect(warmed[0]).toEqual([1, -2]);
    // The noise has mean 0, the bowl its bottom at 0.
    for (const value of warmed.at(-1)!) expect(Math.abs(value)).toBeLessThan(0.1);
  });
});
