import { describe, expect, it } from 'vitest';
import type { Shape } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { evaluate } from '../../runtime/reference.ts';
import { describe as describeModel } from '../describe.ts';
import { traceForward } from '../forward.ts';
import type { Layer } from '../layer.ts';
import { batchNorm } from './batch-norm.ts';
import { dense } from './dense.ts';
import { maxout } from './maxout.ts';
import { sequential } from './sequential.ts';

/** The layer in float64. */
function apply(layer: Layer, shape: Shape, x: readonly number[]) {
  const builder = new GraphBuilder();
  const input = builder.input('x', { shape, dtype: 'float32' });
  const { output } = traceForward(layer, input, { training: false, parameter: () => input });
  return evaluate(builder.finish(new Map([['output', output]])), new Map([['x', Float64Array.from(x)]])).get('output')!;
}

describe('maxout', () => {
  it('takes neighbouring units together', () => {
    expect([...apply(maxout(2), [2, 4], [1, 2, -4, -3, 0, -1, 5, 6])]).toEqual([2, -3, 0, 6]);
  });

  it('keeps what batch normalization after it does not take away: the biases of its pieces', () => {
    const model = sequential(dense(6), maxout(2), batchNorm());
    const { parameters, output } = describeModel(model, { shape: [4, 3], dtype: 'float32' });
    expect(parameters.map(({ name }) => name)).toContain('dense1/bias');
    expect(output.shape).toEqual([4, 3]);
  });
});
