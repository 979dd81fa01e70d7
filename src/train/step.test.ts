import { beforeAll, describe, expect, it } from 'vitest';
import { OptionError } from '../base/errors.ts';
import { key, RandomStream } from '../base/random.ts';
import { fromArrays } from '../data/from-arrays.ts';
import { dense } from '../nn/layer/dense.ts';
import { dropout } from '../nn/layer/dropout.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { tanh } from '../nn/layer/tanh.ts';
import { meanSquare } from '../nn/loss/mean-square.ts';
import { adam } from '../optim/adam.ts';
import { exponentialAverage } from '../optim/averaging/exponential-average.ts';
import { stochasticWeightAverage } from '../optim/averaging/stochastic-weight-average.ts';
import { byGlobalNorm } from '../optim/clip/by-global-norm.ts';
import { momentum } from '../optim/momentum.ts';
import { nesterov } from '../optim/nesterov.ts';
import { epochs, steps } from '../optim/schedule/duration.ts';
import { sgd } from '../optim/sgd.ts';
import type { Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import { withoutDecayOnVectors } from './parameter-groups.ts';
import { stage } from './staging.ts';
import { createTrainingStep, type TrainingStep, type TrainingStepOptions } from './step.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});

const size = 10;
const stream = new RandomStream(key(3));
const numbers = (count: number) => Float32Array.from({ length: count }, () => stream.normal());
const data = fromArrays({ input: numbers(size * 4), inputShape: [4], target: numbers(size * 2), targetShape: [2] });
const model = sequential(dense(6), tanh(), dense(2));
const task = {
  ...{ model, input: data.input, target: data.target, normalization: data.normalization },
  ...{ loss: meanSquare(), metrics: {} },
};
const everything = Array.from({ length: size }, (_, i) => i);
const positionAt = (step: number) => ({ step, epoch: step / 2, examples: step * size, fraction: step / 20 });

const make = (options: Partial<TrainingStepOptions> = {}): TrainingStep => {
  const made = createTrainingStep({
    ...{ task, optimizer: sgd({ learningRate: 0.1 }), batchSize: size, engine, compile: { threads: 1 }, key: key(1) },
    ...options,
  });
  stage(made.staging, data, everything);
  return made;
};
const copy = ({ parameters }: TrainingStep) => new Map([...parameters].map(([name, values]) => [name, values.slice()]));

async function take(step: TrainingStep, count: number, each?: (done: number) => void) {
  for (let done = 0; done < count; done++) {
    await step.run(size, positionAt(done));
    step.average(positionAt(done), positionAt(done + 1));
    each?.(done + 1);
  }
}

const largest = (a: Float32Array, b: ArrayLike<number>) =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe('accumulation', () => {
  it.each([2, 3, 10])('in %i pieces is the large batch, within 1e-6 over 8 steps', async (accumulation) => {
    const whole = make({ optimizer: adam({ learningRate: 0.01 }), clip: byGlobalNorm(0.5) });
    const pieces = make({ optimizer: adam({ learningRate: 0.01 }), clip: byGlobalNorm(0.5), accumulation });
    for (let done = 0; done < 8; done++) {
      const [a, b] = [await whole.run(size, positionAt(done)), await pieces.run(size, positionAt(done))];
      expect(Math.abs(a.loss - b.loss)).toBeLessThan(1e-6);
      expect(Math.abs(a.gradientNorm - b.gradientNorm)).toBeLessThan(1e-5);
    }
    for (const [name, values] of whole.parameters) {
      expect(largest(values, pieces.parameters.get(name)!)).toBeLessThan(1e-6);
    }
  });

  it('drops the same units as the large batch', async () => {
    const dropping = { ...task, model: sequential(dense(6), dropout(0.5), dense(2)) };
    const [whole, pieces] = [make({ task: dropping }), make({ task: dropping, accumulation: 3 })];
    await take(whole, 4);
    await take(pieces, 4);
    for (const [name, values] of whole.parameters) {
      expect(largest(values, pieces.parameters.get(name)!)).toBeLessThan(1e-6);
    }
  });

  it('refuses more pieces than examples', () => {
    expect(() => make({ accumulation: 11 })).toThrow(/accumulation is 11, the batch has 10 examples/);
  });
});

describe('groups', () => {
  it('multiply the rate, so that one step goes as much further, and leave others to the bit', async () => {
    const [plain, grouped] = [make(), make({ groups: [{ match: 'dense1/*', learningRateFactor: 3 }] })];
    const start = copy(plain);
    await take(plain, 1);
    await take(grouped, 1);
    for (const [name, before] of start) {
      const [a, b] = [plain.parameters.get(name)!, grouped.parameters.get(name)!];
      if (!name.startsWith('dense1/')) expect(b).toEqual(a);
      else
        expect(
          largest(
            b,
            before.map((value, i) => value + 3 * (a[i]! - value)),
          ),
        ).toBeLessThan(1e-6);
    }
  });

  it('decay weights and not vectors: θ ← θ − ε(g + λθ)', async () => {
    const optimizer = sgd({ learningRate: 0.1, weightDecay: 0.5 });
    const [plain, decayed] = [make(), make({ optimizer, groups: [withoutDecayOnVectors()] })];
    const start = copy(plain);
    await take(plain, 1);
    await take(decayed, 1);
    for (const [name, before] of start) {
      const expected = plain.parameters
        .get(name)!
        .map((value, i) => value - (name.endsWith('weight') ? 0.05 * before[i]! : 0));
      expect(largest(decayed.parameters.get(name)!, expected)).toBeLessThan(3e-7);
    }
  });

  it('may decay where the optimizer does not', async () => {
    const [plain, decayed] = [make(), make({ groups: [{ match: 'dense2/weight', weightDecay: 0.5 }] })];
    const before = plain.parameters.get('dense2/weight')!.slice();
    await take(plain, 1);
    await take(decayed, 1);
    const expected = plain.parameters.get('dense2/weight')!.map((value, i) => value - 0.05 * before[i]!);
    expect(largest(decayed.parameters.get('dense2/weight')!, expected)).toBeLessThan(3e-7);
    expect(decayed.parameters.get('dense1/weight')).toEqual(plain.parameters.get('dense1/weight'));
  });

  it('are clipped by their own norm, and the others without it', async () => {
    const reference = make();
    const start = copy(reference);
    await reference.run(size, positionAt(0));
    const norm = (prefix: string) => {
      let sum = 0;
      for (const name of start.keys())
        if (name.startsWith(prefix)) sum += reference.updater.sumOfSquares('gradient', name);
      return Math.sqrt(sum);
    };
    const clipped = make({ clip: byGlobalNorm(0.1), groups: [{ match: 'dense1/*', clip: byGlobalNorm(0.02) }] });
    const outcome = await clipped.run(size, positionAt(0));
    const [first, second] = [norm('dense1/'), norm('dense2/')];
    expect(first).toBeGreaterThan(0.02);
    expect(second).toBeGreaterThan(0.1);
    expect(outcome.gradientNorm).toBeCloseTo(Math.hypot(first, second), 6);
    expect(outcome.clipped).toBeCloseTo(Math.hypot(0.02, 0.1) / Math.hypot(first, second), 6);
    for (const [name, before] of start) {
      const scale = name.startsWith('dense1/') ? 0.02 / first : 0.1 / second;
      const full = reference.parameters.get(name)!;
      before.forEach((value, i) => {
        expect(clipped.parameters.get(name)![i]! - value).toBeCloseTo(scale * (full[i]! - value), 7);
      });
    }
  });

  it('that match nothing are refused with the nearest name', () => {
    expect(() => make({ groups: [{ match: 'dense1/wieght', weightDecay: 0 }] })).toThrow(OptionError);
    expect(() => make({ groups: [{ match: 'dense1/wieght' }] })).toThrow(/groups\[0\].*Did you mean "dense1\/weight"/);
  });
});

describe('freezing', () => {
  it('keeps a parameter and its slots where they are, asks for no gradient, and others still move', async () => {
    const step = make({
      optimizer: momentum({ learningRate: 0.1 }),
      groups: [{ match: 'dense1/*', trainable: false }],
    });
    const start = copy(step);
    const program = await step.prepare(size);
    expect([...program.outputs.keys()].sort()).toEqual(['gradient:dense2/bias', 'gradient:dense2/weight', 'loss']);
    await take(step, 3);
    expect(step.parameters.get('dense1/weight')).toEqual(start.get('dense1/weight'));
    expect(step.updater.arena.view('v', 'dense1/weight').every((value) => value === 0)).toBe(true);
    expect(step.parameters.get('dense2/weight')).not.toEqual(start.get('dense2/weight'));
  });

  it('ends and begins where the group says, and is the unfrozen run while it moves', async () => {
    const groups = [{ match: 'dense1/*', trainable: { until: steps(2) } }];
    const [plain, window] = [
      make({ optimizer: nesterov({ learningRate: 0.1 }) }),
      make({ optimizer: nesterov({ learningRate: 0.1 }), groups }),
    ];
    await take(plain, 2);
    await take(window, 2);
    expect(copy(window)).toEqual(copy(plain));
    const before = copy(window);
    await window.run(size, positionAt(2));
    expect(window.parameters.get('dense1/weight')).toEqual(before.get('dense1/weight'));
    expect(window.parameters.get('dense2/weight')).not.toEqual(before.get('dense2/weight'));
  });

  it('by hand, then unfrozen, counts only the parameter’s own updates', async () => {
    const step = make({ optimizer: adam({ learningRate: 0.01 }) });
    step.freeze('dense1/*');
    await take(step, 5);
    const before = step.parameters.get('dense1/weight')!.slice();
    step.unfreeze('dense1/*');
    await step.run(size, positionAt(5));
    // Adam's first step is the rate in the direction of the sign, wherever it falls in training.
    step.parameters.get('dense1/weight')!.forEach((value, i) => {
      expect(Math.abs(Math.abs(value - before[i]!) - 0.01)).toBeLessThan(1e-4);
    });
  });
});

describe('averaging', () => {
  it('by exponential decay is the mean at first and the recursion after, within 1e-6', async () => {
    const step = make({ averaging: exponentialAverage({ decay: 0.8 }) });
    const expected = new Map([...step.parameters].map(([name, values]) => [name, new Float64Array(values.length)]));
    await take(step, 12, (done) => {
      const weight = Math.max(0.2, 1 / done);
      for (const [name, values] of step.parameters) {
        values.forEach((value, i) => {
          expected.get(name)![i]! += weight * (value - expected.get(name)![i]!);
        });
      }
    });
    for (const [name, values] of expected) expect(largest(step.evaluated.get(name)!, values)).toBeLessThan(1e-6);
  });

  it('of stochastic weights is the plain mean of the ends of epochs from there on, and θ before', async () => {
    const step = make({ averaging: stochasticWeightAverage({ from: epochs(2), every: epochs(1) }) });
    const points: Float32Array[] = [];
    await take(step, 9, (done) => {
      step.settle();
      const now = step.parameters.get('dense1/weight')!;
      if (done < 4) expect(step.evaluated.get('dense1/weight')).toEqual(now);
      if (done >= 4 && done % 2 === 0) points.push(now.slice());
    });
    expect(points).toHaveLength(3);
    const mean = points[0]!.map((_, i) => points.reduce((sum, point) => sum + point[i]!, 0) / points.length);
    expect(largest(step.evaluated.get('dense1/weight')!, mean)).toBeLessThan(1e-6);
  });
});

describe('reset', () => {
  it('gives the same run again, to the bit', async () => {
    const step = make({ optimizer: adam({ learningRate: 0.01 }), averaging: exponentialAverage({ decay: 0.5 }) });
    await take(step, 4);
    const [first, average] = [copy(step), step.evaluated.get('dense1/weight')!.slice()];
    step.reset();
    await take(step, 4);
    expect(copy(step)).toEqual(first);
    expect(step.evaluated.get('dense1/weight')).toEqual(average);
  });
});
