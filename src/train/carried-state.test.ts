import { expect, it } from 'vitest';
import { key, RandomStream } from '../base/random.ts';
import { fromArrays } from '../data/from-arrays.ts';
import { continuous } from '../data/sampler.ts';
import { dense } from '../nn/layer/dense.ts';
import { gru } from '../nn/layer/gru.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { meanSquare } from '../nn/loss/mean-square.ts';
import { sgd } from '../optim/sgd.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import { train } from './train.ts';

const stream = new RandomStream(key(5));
const training = fromArrays({
  input: Float32Array.from({ length: 12 * 4 * 2 }, () => stream.normal()),
  ...{ inputShape: [4, 2], target: Float32Array.from({ length: 12 }, () => stream.normal()), targetShape: [1] },
});

it('what rows carry from batch to batch starts anew in each epoch: at rate 0 all epochs are alike, and batches are not', async () => {
  const losses: number[] = [];
  const engine = await cpuEngine();
  await train({
    ...{ model: sequential(gru({ units: 3, carryState: true, returnSequence: false }), dense(1)), training },
    ...{ loss: meanSquare(), optimizer: sgd({ learningRate: 0 }), batchSize: 4, epochs: 3 },
    ...{ sampler: continuous(), compile: { threads: 1 }, engine },
    on: (event) => {
      if (event.type === 'step') losses.push(event.loss);
    },
  });
  await engine.release();
  expect(losses).toHaveLength(9);
  expect(losses.slice(3, 6)).toEqual(losses.slice(0, 3));
  expect(losses.slice(6)).toEqual(losses.slice(0, 3));
  expect(new Set(losses).size).toBe(3);
});
