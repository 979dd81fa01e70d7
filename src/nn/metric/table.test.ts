import { describe, expect, it } from 'vitest';
import type { Dtype } from '../../base/dtype.ts';
import type { Shape } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { evaluate } from '../../runtime/reference.ts';
import { accuracy } from './accuracy.ts';
import type { Metric } from './metric.ts';
import { applyMetric, betterOf, metricPerExample, metrics, readMetric } from './table.ts';
import { zeroOne } from './zero-one.ts';

function run(metric: Metric, shape: Shape, logits: number[], targetShape: Shape, targets: number[], dtype: Dtype) {
  const builder = new GraphBuilder();
  const y = builder.input('y', { shape, dtype: 'float32' });
  const t = builder.input('t', { shape: targetShape, dtype });
  const outputs = { each: metricPerExample(metric, y, t), mean: applyMetric(metric, y, t) };
  expect(outputs.each.dtype).toBe('float32');
  const fed = { y: Float64Array.from(logits), t: Float64Array.from(targets) };
  const results = evaluate(builder.finish(new Map(Object.entries(outputs))), new Map(Object.entries(fed)));
  return { each: Array.from(results.get('each')!), mean: results.get('mean')![0] };
}

describe('zeroOne and accuracy', () => {
  // The third row is a tie, which the first of the largest wins.
  const logits = [0, 2, 1, -1, -3, -2, 5, 5, 0, 1, 2, 3];

  it.each(['int32', 'uint8'] as const)('compare the first of the largest logits with %s class numbers', (dtype) => {
    expect(run(zeroOne(), [4, 3], logits, [4], [1, 1, 0, 0], dtype)).toEqual({ each: [0, 1, 0, 1], mean: 0.5 });
    expect(run(zeroOne(), [4, 3], logits, [4], [1, 1, 1, 0], dtype)).toEqual({ each: [0, 1, 1, 1], mean: 0.75 });
    expect(run(accuracy(), [4, 3], logits, [4], [1, 1, 1, 0], dtype)).toEqual({ each: [1, 0, 0, 0], mean: 0.25 });
  });

  it.each([[[4]], [[4, 1]]])('threshold one logit of shape %j at 0, and 0 itself says 0', (shape) => {
    const single = [0.1, -0.1, 0, 1000];
    expect(run(zeroOne(), shape, single, [4], [1, 1, 0, 0], 'float32')).toEqual({ each: [0, 1, 0, 1], mean: 0.5 });
    expect(run(accuracy(), shape, single, [4], [1, 0, 1, 1], 'uint8')).toEqual({ each: [1, 1, 0, 1], mean: 0.75 });
  });

  it('refuse class numbers of another shape, naming the metric', () => {
    expect(() => run(zeroOne(), [4, 3], logits, [4, 1], [0, 0, 0, 0], 'int32')).toThrow(/zeroOne: predictions float32/);
  });

  it('are frozen data that prints to JSON, reads back equal and refuses unknown options', () => {
    const examples = [zeroOne(), accuracy()];
    expect(examples.map(({ metric }) => metric).sort()).toEqual(Object.keys(metrics).sort());
    for (const each of examples) {
      expect(readMetric(JSON.parse(JSON.stringify(each)))).toEqual(each);
      expect(Object.isFrozen(each)).toBe(true);
      expect(() => readMetric({ ...each, oddity: 1 })).toThrow(/unknown option "oddity"/);
    }
    expect(() => readMetric({ metric: 'acuracy' })).toThrow(/Did you mean "accuracy"/);
    expect([betterOf(zeroOne()), betterOf(accuracy())]).toEqual(['lower', 'higher']);
  });
});
