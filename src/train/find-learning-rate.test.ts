import { beforeAll, describe, expect, it } from 'vitest';
import { fromArrays } from '../data/from-arrays.ts';
import { batchNorm } from '../nn/layer/batch-norm.ts';
import { dense } from '../nn/layer/dense.ts';
import { dropout } from '../nn/layer/dropout.ts';
import { relu } from '../nn/layer/relu.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { meanSquare } from '../nn/loss/mean-square.ts';
import { softmaxCrossEntropy } from '../nn/loss/softmax-cross-entropy.ts';
import { adam } from '../optim/adam.ts';
import { momentum } from '../optim/momentum.ts';
import { epochs } from '../optim/schedule/duration.ts';
import { linearDecay } from '../optim/schedule/linear-decay.ts';
import { sgd } from '../optim/sgd.ts';
import { add, mul } from '../rule/expression.ts';
import { rule } from '../rule/rule.ts';
import type { Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import { findLearningRate } from './find-learning-rate.ts';
import type { RateSearchEvent } from './find-learning-rate-event.ts';
import { labelStatistics } from './start/label-statistics.ts';
import { type TrainOptions, train } from './train.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});

/**
 * Linear regression whose loss is ½ Σ λᵢ eᵢ² with eᵢ the weights' errors: inputs along the axes of the Hessian diag(λ).
 * The loss is the mean of squares over n = eigenvalues.length examples, so input i has the length √(n λᵢ / 2).
 */
function quadratic(eigenvalues: readonly number[], errors: readonly number[]) {
  const n = eigenvalues.length;
  const input = eigenvalues.map((value, i) => eigenvalues.map((_, j) => (i === j ? Math.sqrt((n * value) / 2) : 0)));
  return {
    model: sequential(dense(1, { bias: false })),
    training: fromArrays({ name: 'axes', input, target: eigenvalues.map(() => [0]) }),
    loss: meanSquare(),
    batchSize: 'all',
    sampler: { kind: 'inOrder' },
    parameters: new Map([['dense1/weight', Float32Array.from(errors)]]),
    engine,
    compile: { threads: 1 },
  } as const satisfies Partial<TrainOptions>;
}

/** The loss after t steps of gradient descent at a constant rate: ½ Σ λᵢ (1 − ελᵢ)²ᵗ eᵢ². */
const lossAfter = (t: number, rate: number, eigenvalues: readonly number[], errors: readonly number[]) =>
  eigenvalues.reduce((sum, value, i) => sum + (value / 2) * ((1 - rate * value) ** t * errors[i]!) ** 2, 0);

/** A noisy task with everything random in it: dropout, shuffled batches, a smaller last one. */
function noisy(): Omit<TrainOptions, 'optimizer'> {
  const angle = (i: number) => 2.4 * i;
  return {
    model: sequential(dense(8), relu(), dropout(0.2), dense(3)),
    training: fromArrays({
      name: 'spiral',
      input: Array.from({ length: 50 }, (_, i) => [Math.cos(angle(i)) + (i % 3), Math.sin(angle(i)) - (i % 3)]),
      target: Int32Array.from({ length: 50 }, (_, i) => i % 3),
      classes: 3,
    }),
    loss: softmaxCrossEntropy(),
    batchSize: 16,
    seed: 5,
    engine,
    compile: { threads: 1 },
  };
}

describe('findLearningRate by first steps', () => {
  const eigenvalues = [4, 0.1];
  const errors = [1, 3];

  it('scores each rate with the mean loss of the last fifth: (1 − ελ)²ᵗ on a quadratic, within 0.1 %', async () => {
    const found = await findLearningRate({ ...quadratic(eigenvalues, errors), optimizer: sgd({ learningRate: 7 }) });
    const last = Array.from({ length: 20 }, (_, i) => 80 + i);
    const expected = (rate: number) =>
      last.reduce((sum, t) => sum + lossAfter(t, rate, eigenvalues, errors) / last.length, 0);
    const learning = found.curve.filter(({ diverged }) => !diverged);
    expect(learning.length).toBeGreaterThan(8);
    for (const { learningRate, loss, steps } of learning) {
      expect(Math.abs(loss / expected(learningRate) - 1)).toBeLessThan(1e-3);
      expect(steps).toBe(100);
    }
    expect(found.untrained).toBeCloseTo(lossAfter(0, 0, eigenvalues, errors), 5);
  });

  it('finds the best rate 2/(λmax + λmin) within a step of the grid, and divergence above 2/λmax', async () => {
    const found = await findLearningRate({ ...quadratic(eigenvalues, errors), optimizer: sgd({ learningRate: 1e-3 }) });
    const optimum = 2 / (4 + 0.1);
    expect(Math.abs(Math.log10(found.suggestion / optimum))).toBeLessThan(1 / 3);
    expect(found).toMatchObject({ method: 'first-steps', optimizer: 'sgd', steps: 100, best: 0.464, atEdge: false });
    for (const { learningRate, diverged, loss } of found.curve) {
      expect(diverged).toBe(learningRate > 2 / 4);
      expect(loss === Number.POSITIVE_INFINITY).toBe(diverged);
    }
    // 9ᵗ leaves the float32 numbers at once, 1.56ᵗ does not in 100 steps.
    expect(found.curve.at(-1)).toMatchObject({ learningRate: 1, diverged: true });
    expect(found.curve.at(-1)!.steps).toBeLessThan(50);
    // Half a step above the best (0.681) and a quarter (0.562) both diverge: they are tried, and not suggested.
    expect(found.curve.map(({ learningRate }) => learningRate)).toEqual(expect.arrayContaining([0.562, 0.681]));
    expect(found.suggestion).toBe(found.best);
  });

  it('suggests half a step of the grid above the best rate where that learns too', async () => {
    // One eigenvalue: 1/λ is best, and all rates below 2/λ learn.
    const found = await findLearningRate({ ...quadratic([10], [1]), optimizer: sgd({ learningRate: 1 }), steps: 5 });
    expect(found.best).toBe(0.1);
    expect(found.suggestion).toBe(0.147);
    expect(found.curve.find(({ learningRate }) => learningRate === 0.147)).toMatchObject({ diverged: false });
  });

  it.each([
    ['upwards', 1e-4, 1e-3],
    ['downwards', 100, 1000],
  ])('widens a grid whose best rate is at an end, %s, and finds the same', async (_, min, max) => {
    const task = { ...quadratic(eigenvalues, errors), optimizer: sgd({ learningRate: 1 }) };
    const found = await findLearningRate({ ...task, min, max });
    expect(found).toMatchObject({ best: 0.464, suggestion: 0.464, atEdge: false });
    const narrow = await findLearningRate({ ...task, min: 1e-3, max: 1e-2, widenBy: 0 });
    expect(narrow).toMatchObject({ best: 0.01, suggestion: 0.0147, atEdge: true });
  });

  it('refuses to suggest anything where no rate learns, and tells the range', async () => {
    const task = { ...quadratic(eigenvalues, errors), optimizer: sgd({ learningRate: 1 }), min: 10, max: 100 };
    await expect(findLearningRate({ ...task, widenBy: 0 })).rejects.toMatchObject({
      name: 'DivergenceError',
      code: 'learning-rate/none',
      message: expect.stringMatching(/^no learning rate from 10 to 100 brings the loss below .* Give a smaller min/),
    });
  });

  it('takes the steps that train takes at that rate, to the bit: batches, dropout and other schedules included', async () => {
    const rising = linearDecay({ from: 0.5, to: 0.9, over: epochs(3) });
    const found = await findLearningRate({
      ...noisy(),
      optimizer: momentum({ learningRate: linearDecay({ from: 9, to: 1, over: epochs(1) }), momentum: rising }),
      steps: 20,
    });
    for (const { learningRate, loss, diverged } of found.curve) {
      if (diverged) continue;
      const losses: number[] = [];
      await train({
        ...noisy(),
        optimizer: momentum({ learningRate, momentum: rising }),
        steps: 20,
        on: (event) => {
          if (event.type === 'step') losses.push(event.loss);
        },
      });
      expect(losses.slice(-4).reduce((sum, one) => sum + one, 0) / 4).toBe(loss);
    }
    expect(found.curve.filter(({ diverged }) => !diverged).length).toBeGreaterThan(8);
  });
});

describe('findLearningRate with what a training may have', () => {
  it.each([
    ['groups, pieces, penalties, a start', { accumulation: 2, start: labelStatistics() }],
    ['running statistics', { model: sequential(dense(8), batchNorm(), relu(), dense(3)) }],
  ])('takes the steps of train to the bit: %s', async (_, changes) => {
    const options = () => ({
      ...noisy(),
      groups: [{ match: 'dense1/*', learningRateFactor: 0.5 }],
      penalties: [{ match: '*weight', l1: 1e-3 }],
      ...changes,
    });
    const found = await findLearningRate({
      ...options(),
      ...{ optimizer: momentum({ learningRate: 1, momentum: 0.9 }), steps: 10, min: 0.01, max: 0.1 },
    });
    const point = found.curve.find(({ learningRate }) => learningRate === 0.0464)!;
    const losses: number[] = [];
    await train({
      ...options(),
      ...{ optimizer: momentum({ learningRate: 0.0464, momentum: 0.9 }), steps: 10 },
      on: (event) => {
        if (event.type === 'step') losses.push(event.loss);
      },
    });
    expect(point.loss).toBe((losses.at(-2)! + losses.at(-1)!) / 2);
  });
});

describe('findLearningRate by a range test', () => {
  const task = () =>
    ({ ...quadratic([4, 0.5], [1, 3]), optimizer: sgd({ learningRate: 1 }), method: 'range-test' }) as const;

  /** The test written anew, in float64: rates, losses, smoothed losses, until four times the least. */
  function reference(steps: number, min: number, max: number, beta: number) {
    let weights = [1, 3];
    const losses: number[] = [];
    const points: { rate: number; loss: number; smoothed: number }[] = [];
    for (let i = 0; i < steps; i++) {
      const rate = Math.exp(Math.log(min) + ((Math.log(max) - Math.log(min)) * i) / (steps - 1));
      losses.push(2 * weights[0]! ** 2 + 0.25 * weights[1]! ** 2);
      const powers = losses.map((_, j) => beta ** (losses.length - 1 - j));
      const smoothed =
        losses.reduce((sum, loss, j) => sum + powers[j]! * loss, 0) / powers.reduce((sum, power) => sum + power, 0);
      points.push({ rate, loss: losses.at(-1)!, smoothed });
      if (smoothed > 4 * Math.min(...points.map((point) => point.smoothed))) break;
      weights = [weights[0]! * (1 - 4 * rate), weights[1]! * (1 - 0.5 * rate)];
    }
    return points;
  }

  it.each([
    ['log', 0.9],
    ['linear', 0.9],
    ['log', 0],
  ] as const)(
    'follows a float64 run of growing rates within 0.1 percent, and finds its steepest descent (%s, β = %d)',
    async (slope, smoothing) => {
      const found = await findLearningRate({ ...task(), min: 1e-4, max: 10, steps: 80, slope, smoothing });
      const expected = reference(80, 1e-4, 10, smoothing);
      expect(found.diverged).toBe(true);
      expect(found.curve).toHaveLength(expected.length);
      found.curve.forEach(({ learningRate, loss, smoothed }, i) => {
        expect(learningRate / expected[i]!.rate).toBeCloseTo(1, 9);
        expect(loss / expected[i]!.loss).toBeCloseTo(1, 3);
        expect(smoothed / expected[i]!.smoothed).toBeCloseTo(1, 3);
      });
      const scale = slope === 'log' ? Math.log : Number;
      const usable = expected.slice(8);
      const lowest = usable.reduce((a, b) => (b.smoothed < a.smoothed ? b : a));
      const rises = expected.map((_, i) => {
        const [a, b] = [expected[i - 1], expected[i + 1]];
        if (i < 8 || a === undefined || b === undefined) return 0;
        return (b.smoothed - a.smoothed) / (scale(b.rate) - scale(a.rate));
      });
      const steepest = expected[rises.indexOf(Math.min(...rises))]!.rate;
      expect(found.suggestion).toBe(Number(steepest.toPrecision(3)));
      expect(found.minimum).toBe(Number(lowest.rate.toPrecision(3)));
      expect(found.tenthOfMinimum / found.minimum).toBeCloseTo(0.1, 3);
      // Beyond 2/λmax it can only grow; the steepest descent lies below that.
      expect(found.suggestion).toBeLessThan(0.5);
      expect(found.curve.at(-1)!.learningRate).toBeGreaterThan(0.5);
    },
  );

  it('biases the suggestion to small rates where the slope is taken over the rate itself', async () => {
    const range = { min: 1e-4, max: 10, steps: 80 };
    const log = await findLearningRate({ ...task(), ...range });
    const linear = await findLearningRate({ ...task(), ...range, slope: 'linear' });
    expect(linear.suggestion).toBeLessThan(log.suggestion);
  });

  it('refuses to suggest anything where the loss never falls', async () => {
    await expect(findLearningRate({ ...task(), min: 5, max: 50 })).rejects.toMatchObject({
      code: 'learning-rate/none',
      message: expect.stringContaining('the loss never falls from a rate of 5 to'),
    });
  });
});

describe.each(['first-steps', 'range-test'] as const)('findLearningRate, %s', (method) => {
  const search = (changes: object = {}) =>
    findLearningRate({ ...noisy(), optimizer: adam({ learningRate: 0.01 }), method, steps: 20, ...changes });

  it('leaves no trace: a training after it equals one without it, to the bit, and a second search the first', async () => {
    const options = () => ({ ...noisy(), optimizer: adam({ learningRate: 0.01 }) });
    const { model: without } = await train({ ...options(), epochs: 2 });
    const shared = options();
    const before = JSON.stringify({ ...shared, engine: null, training: null });
    const first = await findLearningRate({ ...shared, method, steps: 20 });
    expect(JSON.stringify({ ...shared, engine: null, training: null })).toBe(before);
    const { model: after } = await train({ ...shared, epochs: 2 });
    expect(after.toSafetensors()).toEqual(without.toSafetensors());
    expect(await findLearningRate({ ...shared, method, steps: 20 })).toEqual(first);
    expect(await search({ seed: 6 })).not.toEqual(first);
  });

  it('gives first parameters back as they were given, and prints to JSON what it found', async () => {
    const task = quadratic([4, 0.5], [1, 3]);
    const found = await findLearningRate({ ...task, optimizer: sgd({ learningRate: 1 }), method, steps: 20 });
    expect(task.parameters.get('dense1/weight')).toEqual(Float32Array.of(1, 3));
    expect(JSON.parse(JSON.stringify(found))).toMatchObject({ method, suggestion: found.suggestion });
    expect(Object.isFrozen(found) && Object.isFrozen(found.curve)).toBe(true);
  });

  it('reads no schedule of the rate: the same as with a constant one', async () => {
    const decaying = adam({ learningRate: linearDecay({ from: 0.1, to: 0.01, over: epochs(1) }) });
    expect(await search({ optimizer: decaying })).toEqual(await search());
  });

  it('tells each step, and stops with the reason of a signal', async () => {
    const controller = new AbortController();
    const heard: RateSearchEvent[] = [];
    const onProgress = (event: RateSearchEvent) => {
      heard.push(event);
      if (heard.length === 7) controller.abort(new Error('enough'));
    };
    await expect(search({ onProgress, signal: controller.signal })).rejects.toThrow('enough');
    expect(heard.map(({ type }) => type)).toEqual(Array.from({ length: 7 }, () => 'step'));
    expect(heard.map((event) => event.type === 'step' && event.step)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  it('refuses what does not fit before the first step', async () => {
    const unrated = rule({
      name: 'unrated',
      slots: {},
      hyper: { factor: 0.1 },
      update: ({ theta, g, factor }) => ({ theta: add(theta, mul(factor, g)) }),
    });
    await expect(search({ optimizer: unrated() })).rejects.toThrow(/unrated has no learningRate/);
    await expect(search({ step: 3 })).rejects.toThrow(/unknown option "step" \(findLearningRate\)\. .*"steps"/);
    await expect(search({ metrics: {} })).rejects.toThrow(/unknown option "metrics"/);
    await expect(search({ min: 0 })).rejects.toThrow(/min is 0/);
    await expect(search({ min: 1, max: 0.1 })).rejects.toThrow(/min is 1 and max is 0.1/);
    await expect(search({ steps: 1 })).rejects.toThrow(/steps is 1/);
    await expect(search({ method: 'range' })).rejects.toThrow(/method is "range".*"range-test"/);
    const other = method === 'range-test' ? { pointsPerDecade: 3 } : { smoothing: 0.5 };
    await expect(search(other)).rejects.toThrow(/unknown option/);
  });
});
