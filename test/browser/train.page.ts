/** Trains the fixture's network in a page, on the wasm engine, from PyTorch's start. */

import { inOrder } from '../../src/data/sampler.ts';
import { softmaxCrossEntropy } from '../../src/nn/loss/softmax-cross-entropy.ts';
import { zeroOne } from '../../src/nn/metric/zero-one.ts';
import { adam } from '../../src/optim/adam.ts';
import { wasmEngine } from '../../src/runtime/ort.web.ts';
import { train } from '../../src/train/train.ts';
import { type CnnFixture, cnn, startOf, tenImages } from '../fixtures/train/cnn.ts';

export interface TrainedInPage {
  readonly engine: string;
  readonly losses: number[];
  readonly final: Record<string, number[]>;
  readonly error: number;
  readonly onnxBytes: number;
}

export default async function run(fixture: CnnFixture): Promise<TrainedInPage> {
  const engine = await wasmEngine({ threads: 1 });
  const losses: number[] = [];
  const training = tenImages(fixture);
  const result = await train({
    model: cnn,
    training,
    validation: training,
    loss: softmaxCrossEntropy(),
    metrics: { error: zeroOne() },
    optimizer: adam({ learningRate: 0.01 }),
    batchSize: 4,
    epochs: 10,
    sampler: inOrder(),
    engine,
    parameters: startOf(fixture),
    on: (event) => {
      if (event.type === 'step') losses.push(event.loss);
    },
  });
  const final = Object.fromEntries(
    [...result.model.parameters].map(([name, { values }]) => [name, Array.from(values)] as const),
  );
  const onnxBytes = result.model.toOnnx().length;
  await engine.release();
  return { engine: engine.version, losses, final, error: result.measures['validation/error']!, onnxBytes };
}
