import { beforeAll, describe, expect, it } from 'vitest';
import { fold, key, RandomStream } from '../base/random.ts';
import type { Dataset } from '../data/dataset.ts';
import { fromArrays } from '../data/from-arrays.ts';
import type { Model } from '../nn/forward.ts';
import { constant } from '../nn/init/constant.ts';
import { identity } from '../nn/init/identity.ts';
import { zeros } from '../nn/init/zeros.ts';
import { conv2d } from '../nn/layer/conv2d.ts';
import { dense } from '../nn/layer/dense.ts';
import { dropout } from '../nn/layer/dropout.ts';
import { flatten } from '../nn/layer/flatten.ts';
import { relu } from '../nn/layer/relu.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { tanh } from '../nn/layer/tanh.ts';
import { softmaxCrossEntropy } from '../nn/loss/softmax-cross-entropy.ts';
import { zeroOne } from '../nn/metric/zero-one.ts';
import { initialValues } from '../nn/parameter.ts';
import { sgd } from '../optim/sgd.ts';
import type { Engine } from '../runtime/engine.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import { findIdenticalUnits } from './find-identical-units.ts';
import { describeTask, type Task } from './task.ts';
import { taskOf, train } from './train.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await cpuEngine();
});

const stream = new RandomStream(key(9));
const count = 60;
const target = Int32Array.from({ length: count }, (_, i) => i % 3);
const draws = (n: number) => Float32Array.from({ length: n }, () => stream.normal());
const rows = fromArrays({ input: draws(count * 6), inputShape: [6], target, classes: 3 });
const images = fromArrays({ input: draws(count * 32), inputShape: [2, 4, 4], target, classes: 3 });

const all = (units: number) => [Array.from({ length: units }, (_, i) => i)];
const weightInitializer = zeros();
const same = { weightInitializer: constant(0.1) };

const parametersOf = (task: Task) => initialValues(describeTask(task, 1).parameters, fold(key(0), 'parameters'));

function find(model: Model, training: Dataset = rows) {
  const task = taskOf({ model, training, loss: softmaxCrossEntropy(), metrics: { error: zeroOne() } });
  return findIdenticalUnits({ task, training, parameters: parametersOf(task), engine, key: key(0) });
}

/** Units of a dense layer that are still the same to the bit, or nearly, after 20 steps of training. */
async function stillSame(model: Model, name: string, units: number): Promise<boolean> {
  const run = await train({
    ...{ model, training: rows, loss: softmaxCrossEntropy(), engine, compile: { threads: 1 } },
    ...{ optimizer: sgd({ learningRate: 0.2 }), steps: 20, epochs: 20, batchSize: 20 },
  });
  const { values } = run.model.parameters.get(name)!;
  return Array.from(values).every((value, i) => Math.abs(value - values[i - (i % units)]!) < 1e-5);
}

describe('hidden units that stay one unit', () => {
  it.each<[string, Model, string, number]>([
    ['all weights of the network the same', sequential(dense(4, same), tanh(), dense(3, same)), 'dense1/weight', 4],
    [
      'all weights 0',
      sequential(dense(4, { weightInitializer }), tanh(), dense(3, { weightInitializer })),
      'dense1/weight',
      4,
    ],
    [
      'weights 0 before ReLU, which passes nothing at 0',
      sequential(dense(4, { weightInitializer }), relu(), dense(3)),
      'dense1/weight',
      4,
    ],
  ])('%s', async (_, model, parameter, units) => {
    expect(await find(model)).toEqual([{ parameter, groups: all(units) }]);
    expect(await stillSame(model, parameter, units)).toBe(true);
  });

  it('two layers deep: both are reported', async () => {
    const model = sequential(dense(4, same), tanh(), dense(5, same), tanh(), dense(3, same));
    expect(await find(model)).toEqual([
      { parameter: 'dense1/weight', groups: all(4) },
      { parameter: 'dense2/weight', groups: all(5) },
    ]);
  });

  it('filters of a convolution', async () => {
    const model = sequential(
      conv2d({ channels: 4, kernel: 3, ...same }),
      tanh(),
      flatten(),
      dense(3, { weightInitializer }),
    );
    expect(await find(model, images)).toEqual([{ parameter: 'conv1/weight', groups: all(4) }]);
  });
});

describe('units that start alike and part', () => {
  it.each<[string, Model]>([
    ['the next layer weighs them differently', sequential(dense(4, same), tanh(), dense(3))],
    ['dropout drops them at different times', sequential(dense(4, same), dropout(0.5), tanh(), dense(3, same))],
  ])('%s', async (_, model) => {
    expect(await find(model)).toEqual([]);
    expect(await stillSame(model, 'dense1/weight', 4)).toBe(false);
  });

  it('output units, which have targets of their own', async () => {
    expect(await find(dense(3, { weightInitializer }))).toEqual([]);
    expect(await stillSame(dense(3, { weightInitializer }), 'dense1/weight', 3)).toBe(false);
  });

  it('depthwise filters that see different channels', async () => {
    const depthwise = conv2d({ channels: 2, kernel: 3, groups: 2, weightInitializer: identity() });
    expect(await find(sequential(depthwise, tanh(), flatten(), dense(3)), images)).toEqual([]);
  });
});

it('random weights cost no program: nothing is compiled', async () => {
  const before = engine.compilations;
  expect(await find(sequential(dense(40), relu(), dense(3)))).toEqual([]);
  expect(engine.compilations).toBe(before);
});
