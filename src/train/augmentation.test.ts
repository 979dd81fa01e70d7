import { describe, expect, it } from 'vitest';
import { randomFlip } from '../data/augmentation/random-flip.ts';
import type { Dataset } from '../data/dataset.ts';
import { fromArrays } from '../data/from-arrays.ts';
import { dense } from '../nn/layer/dense.ts';
import { flatten } from '../nn/layer/flatten.ts';
import { sequential } from '../nn/layer/sequential.ts';
import { softmaxCrossEntropy } from '../nn/loss/softmax-cross-entropy.ts';
import { sgd } from '../optim/sgd.ts';
import { cpuEngine } from '../runtime/ort.node.ts';
import { type TrainOptions, train } from './train.ts';

/** Ten images of 2 × 3 × 4, as stored or with left and right exchanged. */
function images(flipped: boolean): Dataset {
  const pixel = (i: number, row: number, x: number) => (i * 31 + row * 17 + x * x * 29) % 256;
  const input = Array.from({ length: 10 }, (_, i) =>
    Array.from({ length: 6 }, (_, row) => [0, 1, 2, 3].map((x) => pixel(i, row, flipped ? 3 - x : x))),
  );
  return fromArrays({
    input: Uint8Array.from(input.flat(2)),
    inputShape: [2, 3, 4],
    target: Int32Array.from({ length: 10 }, (_, i) => i % 3),
    classes: 3,
  });
}

describe('train with augmentation', () => {
  it('sees the changed images in training, to the bit, and the unchanged ones in validation', async () => {
    const engine = await cpuEngine();
    const run = (options: Pick<TrainOptions, 'training' | 'validation' | 'augmentation'>) =>
      train({
        model: sequential(flatten(), dense(3)),
        ...{ loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }), batchSize: 4, epochs: 3 },
        ...{ engine, compile: { threads: 1 }, ...options },
      });
    const augmentation = [randomFlip({ probability: 1 })];
    const changed = await run({ training: images(false), validation: images(true), augmentation });
    const wanted = await run({ training: images(true), validation: images(true) });
    const parameters = ({ model }: typeof changed) => model.toSafetensors();
    expect(parameters(changed)).toEqual(parameters(wanted));
    expect(changed.measures['validation/loss']).toBe(wanted.measures['validation/loss']);
    const plain = await run({ training: images(false), validation: images(true) });
    expect(parameters(plain)).not.toEqual(parameters(wanted));
    await engine.release();
  });

  it('refuses augmentations of what is no image, before the first step', async () => {
    const engine = await cpuEngine();
    const training = fromArrays({ input: [[1, 2]], target: [0], classes: 1, name: 'rows' });
    const options = { model: dense(1), loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 1 }), engine };
    await expect(train({ ...options, training, augmentation: [randomFlip()] })).rejects.toThrow(
      'examples of rows have the shape [2]',
    );
    await engine.release();
  });
});
