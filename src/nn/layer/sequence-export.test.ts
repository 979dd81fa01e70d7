import { InferenceSession, Tensor } from 'onnxruntime-node';
import { expect, it } from 'vitest';
import { key, RandomStream } from '../../base/random.ts';
import { size } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { exportModel } from '../../onnx/export-model.ts';
import { evaluate } from '../../runtime/reference.ts';
import { traceForward } from '../forward.ts';
import { dense } from './dense.ts';
import { embedding } from './embedding.ts';
import { gru } from './gru.ts';
import { layerNorm } from './layer-norm.ts';
import { lstm } from './lstm.ts';
import { multiHeadAttention } from './multi-head-attention.ts';
import { positionEmbedding } from './position-embedding.ts';
import { residual } from './residual.ts';
import { sequential } from './sequential.ts';

const steps = 5;

it('a model of sequence layers is exported for every batch size: the float64 reference within 1e-5 at 1, 3 and 17', async () => {
  const model = sequential(
    embedding({ entries: 9, size: 4, padding: 0 }),
    positionEmbedding({ kind: 'sinusoidal' }),
    residual(sequential(layerNorm(), multiHeadAttention({ heads: 2, causal: true }))),
    lstm({ units: 6 }),
    gru({ units: 5, returnSequence: false }),
    dense(3),
  );
  const specs = new Map<string, readonly number[]>();
  const graphAt = (batch: number) => {
    const builder = new GraphBuilder();
    const { output } = traceForward(model, builder.input('input', { shape: [batch, steps], dtype: 'int32' }), {
      training: false,
      parameter: ({ name, shape }) => {
        specs.set(name, shape);
        return builder.input(name, { shape, dtype: 'float32' });
      },
    });
    return builder.finish(new Map([['output', output]]));
  };
  graphAt(2);
  const stream = new RandomStream(key(2));
  const parameters = new Map(
    [...specs].map(([name, shape]) => [name, Float32Array.from({ length: size(shape) }, () => stream.normal())]),
  );
  const session = await InferenceSession.create(exportModel(graphAt, { parameters }));
  for (const batch of [1, 3, 17]) {
    const indices = Int32Array.from({ length: batch * steps }, () => stream.integer(9));
    const { output } = await session.run({ input: new Tensor('int32', indices, [batch, steps]) });
    const fed = new Map(
      [...parameters, ['input', indices] as const].map(([name, data]) => [name, Float64Array.from(data)]),
    );
    const expected = evaluate(graphAt(batch), fed).get('output')!;
    expect(output!.dims).toEqual([batch, 3]);
    expected.forEach((value, i) => {
      expect(Math.abs(Number(output!.data[i]) - value)).toBeLessThan(1e-5);
    });
  }
  await session.release();
});
