import { describe, expect, it } from 'vitest';
import { gradients } from '../../autodiff/gradients.ts';
import { size } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { sum } from '../../graph/reduction.ts';
import { evaluate } from '../../runtime/reference.ts';
import { traceForward } from '../forward.ts';
import { spatialDropout } from './spatial-dropout.ts';

describe('spatialDropout', () => {
  const shape = [2, 3, 2, 2];
  const x = Float64Array.from({ length: size(shape) }, (_, i) => i - 7.5);

  it('drops whole channels of each example and divides the others by 1 − rate, forward and backward, exactly', () => {
    const builder = new GraphBuilder();
    const input = builder.input('x', { shape, dtype: 'float32' });
    const { output, masks } = traceForward(spatialDropout(0.75), input, { training: true, parameter: () => input });
    expect(masks).toEqual([{ name: 'dropout1/keep', shape: [2, 3, 1, 1], keepProbability: 0.25 }]);
    const gradient = gradients(sum(output), [input])[0]!;
    const keep = Float64Array.from([1, 0, 0, 1, 1, 0]);
    const graph = builder.finish(new Map(Object.entries({ output, gradient })));
    const results = evaluate(graph, new Map(Object.entries({ x, 'dropout1/keep': keep })));
    const factor = x.map((_, i) => 4 * keep[Math.floor(i / 4)]!);
    expect(results.get('output')).toEqual(x.map((value, i) => value * factor[i]!));
    expect(results.get('gradient')).toEqual(factor);
  });

  it('is the identity, and asks for no mask, outside of training and at rate 0', () => {
    for (const [rate, training] of [
      [0.5, false],
      [0, true],
    ] as const) {
      const input = new GraphBuilder().input('x', { shape, dtype: 'float32' });
      const { output, masks } = traceForward(spatialDropout(rate), input, { training, parameter: () => input });
      expect(output.id).toBe(input.id);
      expect(masks).toEqual([]);
    }
  });
});
