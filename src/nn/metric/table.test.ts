import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Dtype } from '../../base/dtype.ts';
import type { Shape } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { evaluate } from '../../runtime/reference.ts';
import { accuracy } from './accuracy.ts';
import { f1, precision, recall } from './class-averages.ts';
import { meanAbsoluteError } from './mean-absolute-error.ts';
import { meanSquareError } from './mean-square-error.ts';
import type { Metric } from './metric.ts';
import { perplexity } from './perplexity.ts';
import { rSquared } from './r-squared.ts';
import {
  applyMetric,
  betterOf,
  metricAddends,
  metricOfBatch,
  metricOfTotals,
  metricPerExample,
  metrics,
  readMetric,
} from './table.ts';
import { topK } from './top-k.ts';
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
    const examples: Metric[] = [
      ...[zeroOne(), accuracy(), accuracy({ ignoredLabel: -1 }), topK(5), topK(2, { ignoredLabel: 0 })],
      ...[perplexity(), precision(), recall({ ofClass: 1 }), f1({ ignoredLabel: 255 })],
      ...[meanAbsoluteError(), meanSquareError(), rSquared()],
    ];
    expect(new Set(examples.map(({ metric }) => metric))).toEqual(new Set(Object.keys(metrics)));
    for (const each of examples) {
      expect(readMetric(JSON.parse(JSON.stringify(each)))).toEqual(each);
      expect(Object.isFrozen(each)).toBe(true);
      expect(() => readMetric({ ...each, oddity: 1 })).toThrow(/unknown option "oddity"/);
    }
    expect(() => readMetric({ metric: 'acuracy' })).toThrow(/Did you mean "accuracy"/);
    expect(() => readMetric({ metric: 'topK', k: 0 })).toThrow(/k is 0/);
    expect(() => readMetric({ metric: 'f1', ofClass: -1 })).toThrow(/ofClass is -1/);
    expect([betterOf(zeroOne()), betterOf(accuracy())]).toEqual(['lower', 'higher']);
  });
});

interface Case {
  readonly name: string;
  readonly metric: Metric;
  readonly predictions: { readonly shape: Shape; readonly values: readonly number[] };
  readonly targets: { readonly shape: Shape; readonly values: readonly number[] };
  readonly dtype: Dtype;
  readonly value: number;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('../../../test/fixtures/nn/metrics.json', import.meta.url), 'utf8'),
).cases;

/** The metric from batches that end at the given examples. */
function inBatches({ metric, predictions, targets, dtype }: Case, ends: readonly number[]): number {
  let totals: number[] = [];
  let begin = 0;
  const part = ({ shape, values }: Case['targets'], end: number) => {
    const each = values.length / shape[0]!;
    return { shape: shape.with(0, end - begin), values: values.slice(begin * each, end * each) };
  };
  for (const end of ends) {
    const builder = new GraphBuilder();
    const [y, t] = [part(predictions, end), part(targets, end)];
    const said = metricOfBatch(
      metric,
      builder.input('y', { shape: y.shape, dtype: 'float32' }),
      builder.input('t', { shape: t.shape, dtype }),
    );
    const fed = new Map([
      ['y', Float64Array.from(y.values)],
      ['t', Float64Array.from(t.values)],
    ]);
    const found = evaluate(builder.finish(new Map([['said', said]])), fed).get('said')!;
    const addends = Array.from(metricAddends(metric, found, end - begin));
    totals = addends.map((value, i) => value + (totals[i] ?? 0));
    begin = end;
  }
  return metricOfTotals(metric, totals, begin);
}

describe('metrics of PyTorch and NumPy', () => {
  it.each(cases.map((each) => [each.name, each] as const))(
    '%s: in one batch, and in three unequal ones, within 1e-12 (1e-10 of 2000 ± 1, which costs digits)',
    (_, each) => {
      const size = each.targets.shape[0]!;
      const tolerance = each.predictions.values[0]! > 1000 ? 1e-10 : 1e-12;
      for (const ends of [[size], [3, 4, size]]) {
        expect(Math.abs(inBatches(each, ends) - each.value)).toBeLessThan(
          tolerance * Math.max(1, Math.abs(each.value)),
        );
      }
    },
  );

  const of = (metric: Metric, predictions: number[][], targets: number[], dtype: Dtype) =>
    inBatches(
      {
        ...{ name: '', metric, dtype, value: 0 },
        predictions: { shape: [predictions.length, predictions[0]!.length], values: predictions.flat() },
        targets: { shape: [targets.length], values: targets },
      },
      [targets.length],
    );

  it('topK puts equal logits in the order of the classes', () => {
    const tie = [[1, 3, 3, 3]];
    expect([0, 1, 2, 3].map((label) => of(topK(2), tie, [label], 'int32'))).toEqual([1, 0, 0, 1]);
    expect([0, 1, 2, 3].map((label) => of(topK(1), tie, [label], 'int32'))).toEqual([1, 0, 1, 1]);
    expect(of(topK(9), tie, [0], 'int32')).toBe(0);
  });

  it('R² of constant targets is 1 where they are hit and 0 elsewhere', () => {
    expect(of(rSquared(), [[2], [2]], [2, 2], 'float32')).toBe(1);
    expect(of(rSquared(), [[2], [3]], [2, 2], 'float32')).toBe(0);
  });

  it('precision and recall refuse a class that does not exist', () => {
    expect(() => of(precision({ ofClass: 3 }), [[1, 2, 3]], [0], 'int32')).toThrow(/ofClass is 3/);
  });

  it('what has no value for one example says so', () => {
    const builder = new GraphBuilder();
    const y = builder.input('y', { shape: [2, 3], dtype: 'float32' });
    const t = builder.input('t', { shape: [2], dtype: 'int32' });
    expect(() => metricPerExample(f1(), y, t)).toThrow(/f1 is no mean of a number for each example/);
  });
});
