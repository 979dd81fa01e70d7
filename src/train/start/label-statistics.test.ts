import { beforeAll, describe, expect, it } from 'vitest';
import { key, RandomStream } from '../../base/random.ts';
import { fromArrays } from '../../data/from-arrays.ts';
import { zeros } from '../../nn/init/zeros.ts';
import { conv2d } from '../../nn/layer/conv2d.ts';
import { dense } from '../../nn/layer/dense.ts';
import { relu } from '../../nn/layer/relu.ts';
import { reshapeExamples } from '../../nn/layer/reshape-examples.ts';
import { sequential } from '../../nn/layer/sequential.ts';
import { softmax } from '../../nn/layer/softmax.ts';
import { binaryCrossEntropy } from '../../nn/loss/binary-cross-entropy.ts';
import type { Loss } from '../../nn/loss/loss.ts';
import { meanSquare } from '../../nn/loss/mean-square.ts';
import { softmaxCrossEntropy } from '../../nn/loss/softmax-cross-entropy.ts';
import { sgd } from '../../optim/sgd.ts';
import type { Engine } from '../../runtime/engine.ts';
import { cpuEngine } from '../../runtime/ort.node.ts';
import { train } from '../train.ts';
import { firstParameters } from './first-parameters.ts';
import { labelStatistics } from './label-statistics.ts';
import { lsuv } from './lsuv.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});

const start = labelStatistics();
const stream = new RandomStream(key(8));
const draws = (count: number) => Float32Array.from({ length: count }, () => stream.normal());
const rows = (count: number) => ({ input: draws(count * 3), inputShape: [3] });
/** An output layer that adds nothing to its biases. */
const bare = { weightInitializer: zeros() };

describe('the loss before the first step is the entropy of the labels', () => {
  // 600 examples in blocks of 256: 0, 0, 0, 1, 1, 2 over and over; class 3 has no example.
  const labels = Int32Array.from({ length: 600 }, (_, i) => [0, 0, 0, 1, 1, 2][i % 6]!);
  const entropy = -[1 / 2, 1 / 3, 1 / 6].reduce((sum, p) => sum + p * Math.log(p), 0);

  it('softmax: within 1 %, a class without examples included; other parameters are as train draws them', async () => {
    const training = fromArrays({ ...rows(600), target: labels, classes: 4 });
    const options = {
      model: sequential(dense(5), relu(), dense(4, bare)),
      training,
      loss: softmaxCrossEntropy(),
      engine,
    };
    const parameters = await firstParameters({ ...options, start, seed: 5 });
    const common = { ...options, optimizer: sgd({ learningRate: 0.1 }), epochs: 0, seed: 5, compile: { threads: 1 } };
    const run = await train({ ...common, parameters });
    const { loss } = await run.model.evaluate(training);
    expect(Math.abs(loss! / entropy - 1)).toBeLessThan(0.01);
    // Laplace's rule: (count + 1) / (600 + 4).
    const bias = Array.from(parameters.get('dense2/bias')!);
    [301, 201, 101, 1].forEach((count, i) => {
      expect(Math.abs(bias[i]! - Math.log(count / 604))).toBeLessThan(1e-6);
    });
    const drawn = (await train(common)).model.parameters;
    expect(parameters.get('dense1/weight')).toEqual(drawn.get('dense1/weight')!.values);
  });

  it('a sigmoid unit each: log odds, half an example added to either side, within 1e-6', async () => {
    const target = Uint8Array.from({ length: 400 * 2 }, (_, i) =>
      i % 2 === 0 ? 0 : Math.floor(i / 2) % 4 === 0 ? 1 : 0,
    );
    const training = fromArrays({ ...rows(400), target, targetShape: [2] });
    const parameters = await firstParameters({ model: dense(2), training, loss: binaryCrossEntropy(), start, engine });
    const [never, quarter] = parameters.get('dense1/bias')!;
    expect(Math.abs(never! - Math.log(0.5 / 400.5))).toBeLessThan(1e-6);
    expect(Math.abs(quarter! - Math.log(100.5 / 300.5))).toBeLessThan(1e-6);
  });
});

describe('means for mean square, within 1e-6', () => {
  const meanOf = (values: Float32Array, keep: (i: number) => boolean) => {
    const kept = values.filter((_, i) => keep(i));
    return kept.reduce((sum, value) => sum + value, 0) / kept.length;
  };

  it('of scalar targets', async () => {
    const target = draws(300);
    const training = fromArrays({ ...rows(300), target });
    const parameters = await firstParameters({ model: dense(1), training, loss: meanSquare(), start, engine });
    expect(Math.abs(parameters.get('dense1/bias')![0]! - meanOf(target, () => true))).toBeLessThan(1e-6);
  });

  it('of each channel of an image', async () => {
    const target = draws(300 * 2 * 12).map((value, i) => value + (Math.floor(i / 12) % 2));
    const training = fromArrays({ input: draws(300 * 12), inputShape: [1, 3, 4], target, targetShape: [2, 3, 4] });
    const model = conv2d({ channels: 2, kernel: 3, padding: 'same' });
    const parameters = await firstParameters({ model, training, loss: meanSquare(), start, engine });
    for (const channel of [0, 1]) {
      const expected = meanOf(target, (i) => Math.floor(i / 12) % 2 === channel);
      expect(Math.abs(parameters.get('conv1/bias')![channel]! - expected)).toBeLessThan(1e-6);
    }
  });

  it('of each unit of a sequence, and of an output in another form', async () => {
    const target = draws(300 * 8).map((value, i) => value + (i % 2));
    const expected = [0, 1].map((unit) => meanOf(target, (i) => i % 2 === unit));
    const steps = fromArrays({ input: draws(300 * 12), inputShape: [4, 3], target, targetShape: [4, 2] });
    const turned = fromArrays({ input: draws(300 * 12), inputShape: [4, 3], target, targetShape: [8] });
    for (const [model, training] of [
      [dense(2), steps],
      [sequential(dense(2), reshapeExamples([8])), turned],
    ] as const) {
      const parameters = await firstParameters({ model, training, loss: meanSquare(), start, engine });
      expected.forEach((mean, unit) => {
        expect(Math.abs(parameters.get('dense1/bias')![unit]! - mean)).toBeLessThan(1e-6);
      });
    }
  });
});

it('after another start, the biases alone change; plain data does as well as what the builders give', async () => {
  const training = fromArrays({
    ...rows(90),
    target: Int32Array.from({ length: 90 }, (_, i) => +(i % 3 === 0)),
    classes: 2,
  });
  const options = { model: sequential(dense(5), relu(), dense(2)), training, loss: softmaxCrossEntropy(), engine };
  const scaled = await firstParameters({ ...options, start: lsuv() });
  const both = await firstParameters({ ...options, start: [{ start: 'lsuv' }, start] });
  for (const name of ['dense1/weight', 'dense1/bias', 'dense2/weight'])
    expect(both.get(name)).toEqual(scaled.get(name));
  expect(both.get('dense2/bias')![1]).toBeCloseTo(Math.log(31 / 92), 6);
});

describe('models without a bias on top', () => {
  const training = fromArrays({ ...rows(6), target: Int32Array.of(0, 1, 0, 1, 0, 1), classes: 2 });
  const run = (model: Parameters<typeof firstParameters>[0]['model'], loss: Loss = softmaxCrossEntropy()) =>
    firstParameters({ model, training, loss, start, engine });

  it.each([
    ['no bias', dense(2, { bias: false })],
    ['an activation after it', sequential(dense(2), softmax())],
  ])('%s: refused with the mend', async (_, model) => {
    await expect(run(model)).rejects.toThrow(/no weighted sum with a bias.*End the model with dense/);
  });
});
