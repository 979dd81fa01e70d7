import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { key, RandomStream } from '../../base/random.ts';
import { fromArrays } from '../../data/from-arrays.ts';
import { add, sigmoid as logistic, mul } from '../../graph/elementwise.ts';
import { matmul } from '../../graph/linear.ts';
import type { Model } from '../../nn/forward.ts';
import { constant } from '../../nn/init/constant.ts';
import { given } from '../../nn/init/given.ts';
import { normal } from '../../nn/init/normal.ts';
import { zeros } from '../../nn/init/zeros.ts';
import { conv2d } from '../../nn/layer/conv2d.ts';
import { dense } from '../../nn/layer/dense.ts';
import { flatten } from '../../nn/layer/flatten.ts';
import { maxPool2d } from '../../nn/layer/max-pool2d.ts';
import { relu } from '../../nn/layer/relu.ts';
import { sequential } from '../../nn/layer/sequential.ts';
import { sigmoid } from '../../nn/layer/sigmoid.ts';
import { tanh } from '../../nn/layer/tanh.ts';
import type { Layer } from '../../nn/layer.ts';
import { meanSquare } from '../../nn/loss/mean-square.ts';
import { softmaxCrossEntropy } from '../../nn/loss/softmax-cross-entropy.ts';
import type { Engine } from '../../runtime/engine.ts';
import { cpuEngine } from '../../runtime/ort.node.ts';
import { firstParameters } from './first-parameters.ts';
import { lsuv } from './lsuv.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});

const stream = new RandomStream(key(6));
const loss = meanSquare();
const width = 24;
const examples = 40;
/** Rows of rather large, shifted numbers: no scheme of theory would fit them. */
const table = Float32Array.from({ length: examples * width }, () => 3 + 2 * stream.normal());
const tableSet = fromArrays({ input: table, inputShape: [width], target: new Float32Array(examples) });

/** Mean and variance of what each dense layer of a plain stack gives, in float64 and by loops of its own. */
function statistics(parameters: ReadonlyMap<string, Float32Array>, activation: (x: number) => number) {
  let rows = Array.from({ length: examples }, (_, i) => Array.from(table.subarray(i * width, (i + 1) * width)));
  const found: { variance: number; largestMean: number }[] = [];
  for (let layer = 1; parameters.has(`dense${layer}/weight`); layer++) {
    const weight = parameters.get(`dense${layer}/weight`)!;
    const bias = parameters.get(`dense${layer}/bias`)!;
    rows = rows.map((row) =>
      Array.from(bias, (b, j) => row.reduce((sum, x, i) => sum + x * weight[i * bias.length + j]!, b)),
    );
    const all = rows.flat();
    const mean = all.reduce((sum, x) => sum + x, 0) / all.length;
    const means = Array.from(bias, (_, j) => rows.reduce((sum, row) => sum + row[j]!, 0) / examples);
    found.push({
      variance: all.reduce((sum, x) => sum + (x - mean) ** 2, 0) / all.length,
      largestMean: Math.max(...means.map(Math.abs)),
    });
    rows = rows.map((row) => row.map(activation));
  }
  return found;
}

const stack = (depth: number, activation: () => Layer, options = {}) =>
  sequential(...Array.from({ length: depth }, () => [dense(width, options), activation()]).flat(), dense(1, options));

describe('every layer of a deep network has variance 1 over the batch, within the tolerance', () => {
  it.each<[string, () => Layer, (x: number) => number]>([
    ['ReLU', relu, (x) => Math.max(0, x)],
    ['tanh', tanh, Math.tanh],
  ])('20 layers of %s', async (_, activation, f) => {
    for (const tolerance of [0.01, 1e-4]) {
      const model = stack(20, activation, { biasInitializer: constant(0.1) });
      const parameters = await firstParameters({ model, training: tableSet, loss, start: lsuv({ tolerance }), engine });
      const found = statistics(parameters, f);
      expect(found).toHaveLength(21);
      for (const { variance } of found) expect(Math.abs(variance - 1)).toBeLessThan(tolerance + 1e-5);
      expect(new Set(parameters.get('dense7/bias'))).toEqual(new Set([Math.fround(0.1)]));
    }
  });

  it('20 layers of sigmoid with centred units: means 0 as well, and another variance than 1', async () => {
    const start = lsuv({ centre: true, variance: 0.5, tolerance: 1e-3 });
    const parameters = await firstParameters({ model: stack(20, sigmoid), training: tableSet, loss, start, engine });
    for (const { variance, largestMean } of statistics(parameters, (x) => 1 / (1 + Math.exp(-x)))) {
      expect(Math.abs(variance / 0.5 - 1)).toBeLessThan(1.1e-3);
      expect(largestMean).toBeLessThan(1e-3);
    }
  });

  it('the weights are orthogonal but for their scale, within 1e-5 of it', async () => {
    const parameters = await firstParameters({
      ...{ model: stack(3, relu), training: tableSet, loss, start: lsuv(), engine },
    });
    const weight = parameters.get('dense2/weight')!;
    const product = (a: number, b: number) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += weight[i * width + a]! * weight[i * width + b]!;
      return sum;
    };
    const scale = product(0, 0);
    expect(Math.abs(scale - 1)).toBeGreaterThan(1e-3);
    for (let a = 0; a < width; a++) {
      for (let b = 0; b < width; b++) expect(Math.abs(product(a, b) / scale - (a === b ? 1 : 0))).toBeLessThan(1e-5);
    }
  });
});

describe('a convolutional network, against PyTorch in float64', () => {
  const { lsuv: fixture } = JSON.parse(
    readFileSync(new URL('../../../test/fixtures/nn/init.json', import.meta.url), 'utf8'),
  );
  const start = (name: string) => given(fixture.start[name]);
  const own = (layer: string) => ({
    weightInitializer: start(`${layer}/weight`),
    biasInitializer: start(`${layer}/bias`),
  });
  const model = sequential(
    ...[conv2d({ channels: 3, kernel: 3, padding: 'same', ...own('conv1') }), relu(), maxPool2d(2), flatten()],
    ...[dense(4, own('dense1')), tanh(), dense(2, own('dense2'))],
  );
  const training = fromArrays({
    ...{ input: Uint8Array.from(fixture.images), inputShape: [2, 4, 4], target: new Int32Array(8), classes: 2 },
  });

  it.each([
    ['plain', false],
    ['centred', true],
  ] as const)('%s: all parameters within 5e-6 of the largest, after several scalings', async (name, centre) => {
    const parameters = await firstParameters({
      ...{ model, training, loss: softmaxCrossEntropy(), engine },
      start: lsuv({ orthogonal: false, centre, tolerance: fixture.tolerance }),
    });
    for (const [parameter, expected] of Object.entries<number[]>(fixture[name].parameters)) {
      const found = parameters.get(parameter)!;
      const largest = Math.max(...expected.map(Math.abs));
      expected.forEach((value, i) => {
        expect(Math.abs(found[i]! - value) / largest, `${parameter} ${i}`).toBeLessThan(5e-6);
      });
    }
  });
});

describe('what it does with a model', () => {
  it('is repeated by the same seed, and other seeds draw other weights', async () => {
    const draw = (seed: number) =>
      firstParameters({
        model: stack(2, relu),
        training: tableSet,
        loss,
        start: lsuv({ batchSize: 16 }),
        engine,
        seed,
      });
    expect(await draw(3)).toEqual(await draw(3));
    expect((await draw(3)).get('dense1/weight')).not.toEqual((await draw(4)).get('dense1/weight'));
  });

  it('finds the weights of a model that is a function, and leaves other parameters alone', async () => {
    const model: Model = (scope, x) => {
      const hidden = logistic(matmul(x, scope.parameter('w', [width, 6], normal({ deviation: 5 }))));
      return mul(add(scope.apply(dense(1), hidden), 0), scope.parameter('scale', [1], constant(3)));
    };
    const parameters = await firstParameters({ model, training: tableSet, loss, start: lsuv(), engine });
    const weight = parameters.get('w')!;
    const sums = Array.from({ length: examples * 6 }, (_, k) => {
      let sum = 0;
      for (let i = 0; i < width; i++) sum += table[Math.floor(k / 6) * width + i]! * weight[i * 6 + (k % 6)]!;
      return sum;
    });
    const mean = sums.reduce((total, x) => total + x, 0) / sums.length;
    const variance = sums.reduce((total, x) => total + (x - mean) ** 2, 0) / sums.length;
    expect(Math.abs(variance - 1)).toBeLessThan(0.01);
    expect(parameters.get('scale')).toEqual(Float32Array.of(3));
  });

  it('refuses layers whose output does not vary, cannot reach the variance, and models without weights', async () => {
    const run = (model: Model, options = {}, training = tableSet) =>
      firstParameters({ model, training, loss, start: lsuv(options), engine });
    await expect(run(dense(3, { weightInitializer: zeros() }), { orthogonal: false })).rejects.toThrow(
      /dense1\/weight has variance 0 over the batch.*lsuv/,
    );
    await expect(run(dense(3, { biasInitializer: given([-5, 0, 5]) }))).rejects.toThrow(
      /after 10 scalings, not 1.*Biases that differ/,
    );
    // From layer to layer sigmoid makes examples more alike, until float32 cannot tell them apart.
    await expect(run(stack(20, sigmoid))).rejects.toThrow(/dense21\/weight has variance.*sigmoid needs centre: true/);
    await expect(run(relu())).rejects.toThrow(/multiplies its signal by no parameter/);
  });
});
