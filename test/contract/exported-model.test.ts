import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { key, RandomStream } from '../../src/base/random.ts';
import { size } from '../../src/base/shape.ts';
import { conv } from '../../src/graph/convolution.ts';
import { add, mul, relu } from '../../src/graph/elementwise.ts';
import { broadcastTo, flatten, reshape } from '../../src/graph/form.ts';
import { matmul } from '../../src/graph/linear.ts';
import { averagePool, maxPool } from '../../src/graph/pooling.ts';
import { mean } from '../../src/graph/reduction.ts';
import { softmax } from '../../src/graph/softmax.ts';
import { trace } from '../../src/graph/trace.ts';
import { exportModel } from '../../src/onnx/export-model.ts';
import { evaluate } from '../../src/runtime/reference.ts';

const shapes = { 'conv/w': [3, 1, 3, 3], 'conv/b': [3], 'dense/w': [12, 5], 'dense/b': [5] };
const f = (shape: readonly number[]) => ({ shape, dtype: 'float32' as const });

/** Convolution with bias, both poolings, a gate by the example's mean, dense with bias, softmax. */
const network = (batch: number) =>
  trace(
    {
      images: f([batch, 1, 8, 8]),
      'conv/w': f(shapes['conv/w']),
      'conv/b': f(shapes['conv/b']),
      'dense/w': f(shapes['dense/w']),
      'dense/b': f(shapes['dense/b']),
    },
    ({ images, 'conv/w': w, 'conv/b': b, 'dense/w': w2, 'dense/b': b2 }) => {
      const h = relu(add(conv(images, w), reshape(b, [3, 1, 1])));
      const pooled = averagePool(maxPool(h, { kernel: 2 }), { kernel: 2, stride: 1 });
      const gated = mul(pooled, broadcastTo(mean(pooled, [1, 2, 3], { keepDims: true }), pooled.shape));
      return { probabilities: softmax(add(matmul(flatten(gated), w2), b2)) };
    },
  );

it('an exported model gives the float64 reference within 1e-5 at batch sizes 1, 3 and 17', async () => {
  const stream = new RandomStream(key(1));
  const draws = (length: number) => Float32Array.from({ length }, () => stream.normal());
  const parameters = new Map(Object.entries(shapes).map(([name, shape]) => [name, draws(size(shape))]));
  const session = await InferenceSession.create(exportModel(network, { parameters }));
  for (const batch of [1, 3, 17]) {
    const images = draws(batch * 64);
    const { probabilities } = await session.run({ images: new Tensor('float32', images, [batch, 1, 8, 8]) });
    const inputs = new Map(
      [...parameters, ['images', images] as const].map(([name, data]) => [name, Float64Array.from(data)]),
    );
    const expected = evaluate(network(batch), inputs).get('probabilities')!;
    expect(probabilities!.dims).toEqual([batch, 5]);
    for (let i = 0; i < expected.length; i++) {
      expect(Math.abs(Number(probabilities!.data[i]) - expected[i]!)).toBeLessThan(1e-5);
    }
  }
  await session.release();
});
