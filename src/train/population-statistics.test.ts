import { beforeAll, describe, expect, it } from 'vitest';
import { key, RandomStream } from '../base/random.ts';
import { fromArrays } from '../data/from-arrays.ts';
import { auxiliary } from '../nn/layer/auxiliary.ts';
import { batchNorm } from '../nn/layer/batch-norm.ts';
import { dense } from '../nn/layer/dense.ts';
import { named } from '../nn/layer/named.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { tanh } from '../nn/layer/tanh.ts';
import { meanSquare } from '../nn/loss/mean-square.ts';
import { initialValues } from '../nn/parameter.ts';
import { initialStates } from '../nn/state.ts';
import { epochs, fraction } from '../optim/schedule/duration.ts';
import { sgd } from '../optim/sgd.ts';
import type { Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import type { TrainingEvent } from './event.ts';
import { populationStatistics } from './population-statistics.ts';
import { describeTask } from './task.ts';
import { type TrainOptions, train } from './train.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});
const compile = { threads: 1 };

const stream = new RandomStream(key(9));
const numbers = (count: number, scale = 1) => Float32Array.from({ length: count }, () => scale * stream.normal());

function taskOf(model: TrainOptions['model'], inputs: Float32Array, width: number) {
  const size = inputs.length / width;
  const training = fromArrays({ input: inputs, inputShape: [width], target: numbers(size), targetShape: [1] });
  const { input, target, normalization } = training;
  const task = { model, input, target, normalization, loss: meanSquare(), metrics: {} };
  const { parameters, states } = describeTask(task, 4);
  return { task, training, parameters: new Map([...initialValues(parameters, key(2)), ...initialStates(states)]) };
}

/** Mean and unbiased variance of each column. */
function columns(rows: readonly (readonly number[])[]) {
  const mean = rows[0]!.map((_, c) => rows.reduce((sum, row) => sum + row[c]!, 0) / rows.length);
  const variance = mean.map((m, c) => rows.reduce((sum, row) => sum + (row[c]! - m) ** 2, 0) / (rows.length - 1));
  return { mean, variance };
}

const largest = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0);

describe('populationStatistics', () => {
  const X = [1, 2, 3, 6, 5, 1, 7, 3];

  it('as batch averages of X and 2X are the means of m/(m−1)·σ²: 16.6667 and 11.6667', async () => {
    const both = Float32Array.from([...X, ...X.map((x) => 2 * x)]);
    const { task, training, parameters } = taskOf(sequential(batchNorm(), dense(1)), both, 2);
    const options = { task, training, parameters, engine, compile, batchSize: 4 };
    const found = await populationStatistics({ ...options, method: 'batchAverage' });
    expect(largest(found.get('norm1/mean')!, [6, 4.5])).toBeLessThan(1e-5);
    expect(largest(found.get('norm1/variance')!, [16.666667, 11.666667])).toBeLessThan(1e-5);
    const exact = await populationStatistics({ ...options, method: 'exact' });
    expect(largest(exact.get('norm1/variance')!, [18.857143, 12.571429])).toBeLessThan(1e-5);
  });

  it.each([7, 16, 50])(
    'exact, in batches of %i, are those of the whole set in one batch, layer after layer, within 1e-5',
    async (batchSize) => {
      const model = sequential(dense(3), batchNorm(), tanh(), dense(2), batchNorm(), dense(1));
      const inputs = numbers(50 * 4, 2);
      const { task, training, parameters } = taskOf(model, inputs, 4);
      const found = await populationStatistics({
        task,
        training,
        parameters,
        engine,
        compile,
        batchSize,
        method: 'exact',
      });
      // Anew in float64: the first layer's outputs, normalised by their own statistics, then the second's.
      const at = (name: string) => parameters.get(name)!;
      const product = (rows: readonly (readonly number[])[], weight: Float32Array, units: number) =>
        rows.map((row) =>
          Array.from({ length: units }, (_, u) => row.reduce((sum, x, i) => sum + x * weight[i * units + u]!, 0)),
        );
      const rows = Array.from({ length: 50 }, (_, i) => [...inputs.subarray(4 * i, 4 * i + 4)]);
      const first = product(rows, at('dense1/weight'), 3);
      const one = columns(first);
      const hidden = first.map((row) =>
        row.map((x, c) => Math.tanh((x - one.mean[c]!) / Math.sqrt(one.variance[c]! + 1e-5))),
      );
      const two = columns(product(hidden, at('dense2/weight'), 2));
      for (const [name, expected] of Object.entries({ norm1: one, norm2: two })) {
        expect(largest(found.get(`${name}/mean`)!, expected.mean)).toBeLessThan(1e-5);
        expect(largest(found.get(`${name}/variance`)!, expected.variance)).toBeLessThan(1e-5);
      }
    },
  );
});

describe('train with batch normalization', () => {
  const model = sequential(dense(6), batchNorm(), tanh(), dense(1));
  const { training } = taskOf(model, numbers(40 * 3, 3), 3);
  const options = (): TrainOptions => ({
    ...{ model, training, validation: training, loss: meanSquare(), optimizer: sgd({ learningRate: 0.05 }) },
    ...{ batchSize: 8, epochs: 4, engine, compile },
  });

  it('learns γ and β, and its running statistics are those that the model is used and saved with', async () => {
    const { model: trained, measures } = await train(options());
    expect([...trained.parameters.keys()]).toEqual([
      ...[
        'dense1/weight',
        'norm1/scale',
        'norm1/shift',
        'dense2/weight',
        'dense2/bias',
        'norm1/mean',
        'norm1/variance',
      ],
    ]);
    expect(trained.parameters.get('norm1/scale')!.values.some((value) => value !== 1)).toBe(true);
    expect(trained.parameters.get('norm1/variance')!.values.every((value) => value !== 1)).toBe(true);
    expect((await trained.evaluate(training)).loss).toBeCloseTo(measures['validation/loss']!, 6);
  });

  it('freezes them where it is told, and γ goes on', async () => {
    const states: number[][] = [];
    const on = (event: TrainingEvent) => {
      if (event.type === 'evaluation') states.push([event.measures['train/loss']!]);
    };
    const half = await train({ ...options(), epochs: 2 });
    const frozen = await train({ ...options(), freezeStatistics: { from: epochs(2) }, on });
    const free = await train(options());
    const [a, b, c] = [half, frozen, free].map(({ model: one }) => one.parameters);
    expect(b!.get('norm1/mean')!.values).toEqual(a!.get('norm1/mean')!.values);
    expect(b!.get('norm1/variance')!.values).toEqual(a!.get('norm1/variance')!.values);
    expect(b!.get('norm1/scale')!.values).not.toEqual(a!.get('norm1/scale')!.values);
    expect(c!.get('norm1/mean')!.values).not.toEqual(a!.get('norm1/mean')!.values);
    expect(states).toHaveLength(4);
  });

  it('is left with the statistics of the whole set where that is asked for at the end', async () => {
    const { model: trained } = await train({ ...options(), freezeStatistics: { from: fraction(1), by: 'exact' } });
    const { input, target, normalization } = training;
    const task = { model, input, target, normalization };
    const parameters = new Map([...trained.parameters].map(([name, { values }]) => [name, values]));
    const found = await populationStatistics({
      task,
      training,
      parameters,
      engine,
      compile,
      method: 'exact',
      batchSize: 40,
    });
    for (const name of ['norm1/mean', 'norm1/variance']) {
      expect(largest(trained.parameters.get(name)!.values, found.get(name)!)).toBeLessThan(1e-5);
    }
  });
});

describe('train with auxiliary heads and penalties', () => {
  const { training } = taskOf(sequential(dense(1)), numbers(12 * 3), 3);
  const body = (head: boolean) =>
    sequential(dense(4), tanh(), ...(head ? [auxiliary(named('side', dense(1)), { weight: 0.5 })] : []), dense(1));
  const options = (extra: Partial<TrainOptions>): TrainOptions => ({
    ...{ model: body(false), training, loss: meanSquare(), optimizer: sgd({ learningRate: 0.1 }) },
    ...{ batchSize: 'all', steps: 1, engine, compile, ...extra },
  });

  it('the head moves early layers, and is neither in the trained model nor in its file', async () => {
    const [plain, aided] = [await train(options({})), await train(options({ model: body(true) }))];
    const names = [...plain.model.parameters.keys()];
    expect([...aided.model.parameters.keys()]).toEqual(names);
    expect(aided.model.parameters.get('dense2/weight')!.values).toEqual(
      plain.model.parameters.get('dense2/weight')!.values,
    );
    expect(aided.model.parameters.get('dense1/weight')!.values).not.toEqual(
      plain.model.parameters.get('dense1/weight')!.values,
    );
    expect(aided.measures['train/loss']).toBe(plain.measures['train/loss']);
    expect(Buffer.from(aided.model.toOnnx()).includes('side')).toBe(false);
  });

  it('penalties add λ₁ sign(w) + λ₂w to the gradient: one step of SGD moves by ε times that further', async () => {
    const penalties = [{ match: 'dense1/weight', l1: 0.02, l2: 0.3 }];
    const start = new Map([...taskOf(body(false), numbers(36), 3).parameters]);
    const [plain, penal] = [
      await train(options({ parameters: start })),
      await train(options({ parameters: start, penalties })),
    ];
    const w = start.get('dense1/weight')!;
    const expected = plain.model.parameters
      .get('dense1/weight')!
      .values.map((value, i) => value - 0.1 * (0.02 * Math.sign(w[i]!) + 0.3 * w[i]!));
    expect(largest(penal.model.parameters.get('dense1/weight')!.values, expected)).toBeLessThan(1e-6);
    expect(penal.model.parameters.get('dense2/weight')!.values).toEqual(
      plain.model.parameters.get('dense2/weight')!.values,
    );
  });
});
