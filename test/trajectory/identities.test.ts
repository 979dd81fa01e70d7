/** Methods that are one method under a change of variables, or while a condition holds. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { adam } from '../../src/optim/adam.ts';
import { amsgrad } from '../../src/optim/amsgrad.ts';
import { rmsprop } from '../../src/optim/rmsprop.ts';
import { rmspropNesterov } from '../../src/optim/rmsprop-nesterov.ts';
import { steps } from '../../src/optim/schedule/duration.ts';
import { linearDecay } from '../../src/optim/schedule/linear-decay.ts';
import { hyperAt, type Optimizer } from '../../src/rule/rule.ts';
import { createUpdater } from '../../src/rule/updater.ts';
import { distance, follow, readCases } from './follow.ts';

const fixture = JSON.parse(readFileSync(new URL('../fixtures/optim/nesterov-torch.json', import.meta.url), 'utf8')) as {
  readonly start: number[];
  readonly optimizer: { readonly momentum: number };
  readonly trajectory: number[][];
};

describe("nesterov, the book's and PyTorch's", () => {
  it('are one method under θ(PyTorch) = θ + αv, within 1e-12 over 60 steps', () => {
    const { start, optimizer, trajectory } = fixture;
    const course = { problem: 'quadratic', start, optimizer, clip: null, steps: trajectory.length } as const;
    const { rows, others } = follow(course, 'float64', 'v');
    const moved = rows.map((row, k) => row.map((theta, i) => theta + optimizer.momentum * others[k]![i]!));
    expect(distance(moved, trajectory)).toBeLessThan(1e-12);
    const book = readCases().find(({ name }) => name === 'nesterov, constant, quadratic')!;
    expect(distance(moved, book.trajectory)).toBeGreaterThan(1e-3);
  });
});

/** θ after each step under gradients that are given, in float64. */
function walk(optimizer: Optimizer, gradients: readonly number[][]): number[][] {
  const parameters = [{ name: 'x', size: gradients[0]!.length }];
  const updater = createUpdater({ optimizer, parameters, executor: 'float64' });
  return gradients.map((gradient, done) => {
    updater.arena.view('gradient', 'x').set(gradient);
    const hyper = hyperAt(optimizer, { step: done, epoch: 0, examples: 0, fraction: 0 });
    updater.step({ step: done + 1, hyper });
    return Array.from(updater.arena.view('theta', 'x'));
  });
}

/** 60 gradients of changing signs whose magnitudes are given. */
const signed = (magnitude: (done: number) => number) =>
  Array.from({ length: 60 }, (_, done) => [1, -2, 0.5].map((x, i) => x * magnitude(done) * (-1) ** (done * i)));

describe('AMSGrad', () => {
  const shared = { learningRate: 0.05, beta2: 0.9, epsilon: 0.01 };

  it.each(['correctedRoot', 'uncorrectedRoot', 'correctedSquares'] as const)(
    'is Adam within 1e-12 while r grows, and no longer once it shrinks (epsilon and %s)',
    (epsilonAddedTo) => {
      const both = (gradients: readonly number[][]) =>
        distance(
          walk(amsgrad({ ...shared, epsilonAddedTo }), gradients),
          walk(adam({ ...shared, epsilonAddedTo }), gradients),
        );
      expect(both(signed((done) => 1 + 0.3 * done))).toBeLessThan(1e-12);
      expect(both(signed((done) => 1 / (1 + 0.3 * done)))).toBeGreaterThan(1e-3);
    },
  );
});

const courses = readCases().filter(({ name }) => /^sgd, constant, /.test(name));

describe.each(
  courses.map(({ name, problem, start, clip, steps: count }) => ({ name, problem, start, clip, steps: count })),
)('on the course of $name', ({ name: _, ...course }) => {
  const apart = (a: Optimizer, b: Optimizer) =>
    distance(follow({ ...course, optimizer: a }, 'float64').rows, follow({ ...course, optimizer: b }, 'float64').rows);
  const rate = linearDecay({ from: 0.01, to: 0.001, over: steps(45) });

  it('RMSProp with bias correction is Adam with β₁ = 0, epsilon in the same place, within 1e-12', () => {
    const root = rmsprop({
      learningRate: rate,
      rho: 0.999,
      epsilon: 0.1,
      biasCorrection: true,
      epsilonAddedTo: 'root',
    });
    const still = { learningRate: rate, beta1: 0, beta2: 0.999, epsilon: 0.1 };
    expect(apart(root, adam(still))).toBeLessThan(1e-12);
    const squares = rmsprop({ learningRate: rate, rho: 0.999, epsilon: 0.1, biasCorrection: true });
    expect(apart(squares, adam({ ...still, epsilonAddedTo: 'correctedSquares' }))).toBeLessThan(1e-12);
    expect(apart(squares, adam(still))).toBeGreaterThan(1e-4);
  });

  it('RMSProp with either momentum is one under a constant rate, within 1e-12', () => {
    const moving = { learningRate: 0.005, momentum: 0.8, epsilon: 0.3 };
    expect(apart(rmsprop(moving), rmsprop({ ...moving, learningRateInMomentum: false }))).toBeLessThan(1e-12);
    expect(apart(rmsprop(moving), rmsprop({ ...moving, momentum: 0 }))).toBeGreaterThan(1e-3);
  });

  it('RMSProp with Nesterov momentum of 0 is RMSProp, within 1e-12', () => {
    const plain = { learningRate: rate, epsilon: 0.3 };
    expect(apart(rmspropNesterov({ ...plain, momentum: 0 }), rmsprop(plain))).toBeLessThan(1e-12);
  });
});
