import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type ValueInfoProto } from 'onnx-buf';
import { describe, expect, it } from 'vitest';
import { key, RandomStream } from '../base/random.ts';
import { conv } from '../graph/convolution.ts';
import { add, mul, relu } from '../graph/elementwise.ts';
import { broadcastTo, flatten, reshape } from '../graph/form.ts';
import { matmul } from '../graph/linear.ts';
import { averagePool, maxPool } from '../graph/pooling.ts';
import { mean } from '../graph/reduction.ts';
import { softmax } from '../graph/softmax.ts';
import { trace } from '../graph/trace.ts';
import { exportModel } from './export-model.ts';

const f = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

/** Convolution with bias, pooling, the mean image of each example subtracted in effect, dense with bias, softmax. */
const network = (batch: number) =>
  trace(
    { images: f(batch, 1, 8, 8), 'conv/w': f(3, 1, 3, 3), 'conv/b': f(3), 'dense/w': f(12, 5), 'dense/b': f(5) },
    ({ images, 'conv/w': w, 'conv/b': b, 'dense/w': w2, 'dense/b': b2 }) => {
      const h = relu(add(conv(images, w), reshape(b, [3, 1, 1])));
      const pooled = averagePool(maxPool(h, { kernel: 2 }), { kernel: 2, stride: 1 });
      const scaled = mul(pooled, broadcastTo(mean(pooled, [1, 2, 3], { keepDims: true }), pooled.shape));
      return { probabilities: softmax(add(matmul(flatten(scaled), w2), b2)) };
    },
  );

const draws = (length: number, seed: number) => {
  const stream = new RandomStream(key(seed));
  return Float32Array.from({ length }, () => stream.normal());
};

const parameters = new Map([
  ['conv/w', draws(27, 1)],
  ['conv/b', draws(3, 2)],
  ['dense/w', draws(60, 3)],
  ['dense/b', draws(5, 4)],
]);

describe('exportModel', () => {
  it('leaves the batch dimension open under its symbol, stores parameters, and names its producer', () => {
    const bytes = exportModel(network, { parameters, version: '1.2.3', name: 'net', metadata: { run: 'r1' } });
    const model = fromBinary(ModelProtoSchema, bytes);
    const dims = (port: ValueInfoProto | undefined) => {
      const type = port?.type?.value;
      return type?.case === 'tensorType' ? type.value.shape?.dim.map(({ value }) => value.value) : undefined;
    };
    expect(model.graph?.input.map(({ name }) => name)).toEqual(['images']);
    expect(dims(model.graph?.input[0])).toEqual(['N', 1n, 8n, 8n]);
    expect(dims(model.graph?.output[0])).toEqual(['N', 5n]);
    const stored = model.graph?.initializer.find(({ name }) => name === 'dense/b');
    expect(new Float32Array(stored!.rawData.slice().buffer)).toEqual(parameters.get('dense/b'));
    expect([model.producerName, model.producerVersion, model.graph?.name]).toEqual(['dolina', '1.2.3', 'net']);
    expect(model.metadataProps.map(({ key: k, value }) => [k, value])).toEqual([['run', 'r1']]);
    expect(new Set(model.graph?.node.map(({ domain }) => domain))).toEqual(new Set(['']));
  });

  it('refuses a parameter that is no input, one of another length, and a mean over the batch', () => {
    const more = new Map([...parameters, ['dense/c', draws(5, 4)]] as const);
    expect(() => exportModel(network, { parameters: more })).toThrow('the model has no input "dense/c"');
    const shorter = new Map([...parameters, ['dense/b', draws(4, 4)]] as const);
    expect(() => exportModel(network, { parameters: shorter })).toThrow('"dense/b" has 4 values for shape [5]');
    const centred = (batch: number) => trace({ x: f(batch, 3) }, ({ x }) => ({ y: mul(x, mean(x, 0)) }));
    expect(() => exportModel(centred, { parameters: new Map() })).toThrow('depends on the batch size');
  });
});
