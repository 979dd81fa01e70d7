import { describe, expect, it } from 'vitest';
import { add, mul, square, sub } from '../graph/elementwise.ts';
import { sum } from '../graph/reduction.ts';
import type { Tensor } from '../graph/tensor.ts';
import { adam } from '../optim/adam.ts';
import { momentum } from '../optim/momentum.ts';
import { nesterov } from '../optim/nesterov.ts';
import { sgd } from '../optim/sgd.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import { minimize } from './minimize.ts';

const bowl = (theta: Tensor) => sum(mul(square(theta), [0.5, 5]));
const valley = ({ x, y }: { readonly x: Tensor; readonly y: Tensor }) =>
  add(square(sub(1, x)), mul(100, square(sub(y, square(x)))));

describe('minimize', () => {
  it('follows gradient descent on a quadratic as computed by hand within 1e-14, keeping every step', async () => {
    const run = await minimize(bowl, {
      start: [1, 1],
      optimizer: sgd({ learningRate: 0.05 }),
      steps: 20,
      keepTrajectory: true,
    });
    expect(run.trajectory).toHaveLength(21);
    run.trajectory.forEach((point, k) => {
      expect(Math.abs(point[0]! - 0.95 ** k)).toBeLessThan(1e-14);
      expect(Math.abs(point[1]! - 0.5 ** k)).toBeLessThan(1e-14);
    });
    expect(run.values).toHaveLength(21);
    expect(run.values[3]).toBeCloseTo(0.5 * 0.95 ** 6 + 5 * 0.5 ** 6, 14);
    expect(run.gradientNorms[0]).toBeCloseTo(Math.hypot(1, 10), 14);
  });

  it('takes the gradient of Nesterov momentum at the interim point', async () => {
    const { trajectory } = await minimize(bowl, {
      start: [1, 1],
      optimizer: nesterov({ learningRate: 0.05, momentum: 0.9 }),
      steps: 50,
      keepTrajectory: true,
    });
    let [theta, v] = [1, 0];
    for (const point of trajectory) {
      expect(Math.abs(point[1]! - theta)).toBeLessThan(1e-13);
      v = 0.9 * v - 0.05 * 10 * (theta + 0.9 * v);
      theta += v;
    }
  });

  it('finds the bottom of the Rosenbrock valley from named parameters', async () => {
    const { theta, values } = await minimize(valley, {
      start: { x: -1, y: 1 },
      optimizer: adam({ learningRate: 0.02 }),
      steps: 4000,
    });
    expect(Math.abs(theta.x[0]! - 1)).toBeLessThan(1e-3);
    expect(Math.abs(theta.y[0]! - 1)).toBeLessThan(1e-3);
    expect(values.at(-1)).toBeLessThan(1e-6);
  });

  it('agrees with the fused float32 kernel and the engine within 1e-4 over 200 steps', async () => {
    const options = { start: { x: -1, y: 1 }, optimizer: momentum({ learningRate: 1e-3 }), steps: 200 } as const;
    const exact = await minimize(valley, { ...options, keepTrajectory: true });
    const engine = await cpuEngine();
    const fused = await minimize(valley, { ...options, executor: 'float32', engine, keepTrajectory: true });
    exact.trajectory.forEach((point, k) => {
      expect(Math.abs(point.x[0]! - fused.trajectory[k]!.x[0]!)).toBeLessThan(1e-4);
      expect(Math.abs(point.y[0]! - fused.trajectory[k]!.y[0]!)).toBeLessThan(1e-4);
    });
    await engine.release();
  });

  it('takes a gradient written in JavaScript, which may depend on the step, and projects', async () => {
    const seen: number[] = [];
    const { theta } = await minimize(
      {
        gradient: (theta, step) => {
          seen.push(step);
          return theta.map(() => (step % 2 === 1 ? -3 : 1));
        },
      },
      {
        start: [0, 0.5],
        optimizer: sgd({ learningRate: 1 }),
        steps: 3,
        project: (point) => {
          for (let i = 0; i < point.length; i++) point[i] = Math.min(1, Math.max(-1, point[i]!));
        },
      },
    );
    // 0 → 3 → 1; 1 → 0; 0 → 3 → 1
    expect(Array.from(theta)).toEqual([1, 1]);
    expect(seen.slice(0, 3)).toEqual([1, 2, 3]);
  });

  it('names what is wrong with a start, a problem or a gradient', async () => {
    const optimizer = sgd({ learningRate: 1 });
    await expect(minimize(bowl, { start: [[1, 2], [3]], optimizer, steps: 1 })).rejects.toThrow(
      /rows of unequal length/,
    );
    await expect(minimize({} as never, { start: [1], optimizer, steps: 1 })).rejects.toThrow(/neither a function/);
    await expect(minimize({ gradient: () => [1, 2] }, { start: [1], optimizer, steps: 1 })).rejects.toThrow(
      /gradient by theta has 2 numbers \(minimize, step 1\)/,
    );
    await expect(minimize(bowl, { start: [1, 1], optimizer, steps: 1, executor: 'float32' })).rejects.toThrow(/engine/);
  });
});
