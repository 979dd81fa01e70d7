/** The tensor functions against plain JavaScript: broadcasting, negative axes, defaults, composed functions. */

import { describe, expect, it } from 'vitest';
import { conv, convTranspose } from '../../src/graph/convolution.ts';
import * as t from '../../src/graph/elementwise.ts';
import * as form from '../../src/graph/form.ts';
import type { TensorSpec } from '../../src/graph/graph.ts';
import { oneHot, scatterAdd, takeAlong } from '../../src/graph/indexing.ts';
import { fill, iota, literal } from '../../src/graph/leaf.ts';
import { dot } from '../../src/graph/linear.ts';
import { maxPool } from '../../src/graph/pooling.ts';
import { argMax, logSumExp, max, mean, min, sum, variance } from '../../src/graph/reduction.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { trace } from '../../src/graph/trace.ts';
import { evaluate } from '../../src/runtime/reference.ts';

/** f of 1, 2, 3, … in the given shape: [shape, values]. */
function run(shape: readonly number[], f: (x: Tensor) => Tensor, dtype: TensorSpec['dtype'] = 'float32') {
  const graph = trace({ x: { shape, dtype } }, ({ x }) => ({ y: f(x) }));
  const length = shape.reduce((product, d) => product * d, 1);
  const x = Float64Array.from({ length }, (_, i) => i + 1);
  const result = evaluate(graph, new Map([['x', x]])).get('y')!;
  return [graph.nodes[graph.outputs[0]!.id]!.shape, Array.from(result, (value) => value + 0)] as const;
}

describe('tensor functions', () => {
  it.each<[string, readonly number[], (x: Tensor) => Tensor, readonly number[], readonly number[]]>([
    ['a number broadcasts', [2], (x) => t.sub(10, x), [2], [9, 8]],
    [
      'nested lists are literals and broadcast',
      [2, 1],
      (x) => t.add(x, [10, 20, 30]),
      [2, 3],
      [11, 21, 31, 12, 22, 32],
    ],
    [
      'comparisons',
      [3],
      (x) => t.cast(t.and(t.greater(x, 1), t.not(t.greaterOrEqual(x, 3))), 'float32'),
      [3],
      [0, 1, 0],
    ],
    ['notEqual and or', [3], (x) => t.cast(t.or(t.notEqual(x, 2), t.lessOrEqual(x, 0)), 'int32'), [3], [1, 0, 1]],
    ['where of two numbers', [3], (x) => t.where(t.less(x, 2), 1.5, -1), [3], [1.5, -1, -1]],
    ['where of a tensor and a number', [3], (x) => t.where(t.less(x, 2), 9, x), [3], [9, 2, 3]],
    ['maximum and minimum', [4], (x) => t.minimum(t.maximum(x, 2), 3), [4], [2, 2, 3, 3]],
    ['pow', [3], (x) => t.pow(x, 3), [3], [1, 8, 27]],
    ['reshape with −1', [2, 6], (x) => form.reshape(x, [3, -1]), [3, 4], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    ['transpose reverses the axes', [1, 2, 3], (x) => form.transpose(x), [3, 2, 1], [1, 4, 2, 5, 3, 6]],
    [
      'slice from the end, with steps',
      [2, 5],
      (x) => form.slice(x, { starts: [-1, 0], ends: [2, 5], steps: [1, 2] }),
      [1, 3],
      [6, 8, 10],
    ],
    ['slice of leading axes', [3, 2], (x) => form.slice(x, { starts: [1], ends: [2] }), [1, 2], [3, 4]],
    ['pad', [2], (x) => form.pad(x, { low: [1], high: [0], interior: [1], value: 7 }), [4], [7, 1, 7, 2]],
    ['concat along the last axis', [2, 1], (x) => form.concat([x, t.neg(x)], -1), [2, 2], [1, -1, 2, -2]],
    ['expandDims at the end', [2], (x) => form.expandDims(x, -1), [2, 1], [1, 2]],
    ['squeeze all and some', [1, 2, 1], (x) => form.expandDims(form.squeeze(form.squeeze(x, 0)), 0), [1, 2], [1, 2]],
    ['flatten', [2, 1, 2], (x) => form.flatten(x), [2, 2], [1, 2, 3, 4]],
    ['sum over a negative axis', [2, 3], (x) => sum(x, -1), [2], [6, 15]],
    ['mean with kept dimensions', [2, 3], (x) => mean(x, 0, { keepDims: true }), [1, 3], [2.5, 3.5, 4.5]],
    ['max and min', [2, 3], (x) => t.add(max(x, 1), min(x)), [2], [4, 7]],
    ['sum over no axes', [2], (x) => sum(x, []), [2], [1, 2]],
    ['variance', [4], (x) => variance(x), [], [1.25]],
    ['logSumExp', [2], (x) => logSumExp(t.mul(x, 0)), [], [Math.log(2)]],
    ['argMax: the first', [2, 3], (x) => argMax(t.minimum(x, 5)), [2], [2, 1]],
    ['dot', [3], (x) => dot(x, [1, 10, 100]), [], [321]],
    [
      'fill and iota',
      [1],
      (x) => t.add(fill(x.builder, [2, 2], 5), iota(x.builder, [2, 2], -1, 'float32')),
      [2, 2],
      [5, 6, 5, 6],
    ],
  ])('%s', (_name, shape, f, wantedShape, wanted) => {
    const [actualShape, actual] = run(shape, f);
    expect(actualShape).toEqual(wantedShape);
    expect(actual.length).toBe(wanted.length);
    for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(wanted[i]!, 14);
  });

  it('oneHot has ones at the indices and zeros for what is out of range', () => {
    expect(run([3], (x) => oneHot(x, 3), 'int32')).toEqual([
      [3, 3],
      [0, 1, 0, 0, 0, 1, 0, 0, 0],
    ]);
  });

  it('indexing takes negative axes and literal indices', () => {
    const pick = (x: Tensor) => takeAlong(x, literal(x.builder, [[2], [0]], 'int32'));
    expect(run([2, 3], pick)).toEqual([
      [2, 1],
      [3, 4],
    ]);
    const add = (x: Tensor) => scatterAdd(literal(x.builder, [1, 1, 0], 'int32'), x, 0, 2);
    expect(run([3, 2], add)).toEqual([
      [2, 2],
      [5, 6, 4, 6],
    ]);
  });

  it("'same' padding gives ⌈size / stride⌉, with the odd zero at the bottom and right; convTranspose undoes it", () => {
    const filter = (x: Tensor, h: number, w: number) => fill(x.builder, [1, 1, h, w], 1);
    // A window of two over 1 2 3 from the left edge: 1 + 2, 3 + (padding).
    expect(run([1, 1, 1, 3], (x) => conv(x, filter(x, 1, 2), { stride: 2, padding: 'same' }))).toEqual([
      [1, 1, 1, 2],
      [3, 3],
    ]);
    for (const stride of [1, 2, 3]) {
      const up = (x: Tensor) => convTranspose(x, filter(x, 3, 3), { stride, padding: 'same' });
      expect(run([1, 1, 4, 5], up)[0]).toEqual([1, 1, 4 * stride, 5 * stride]);
    }
  });

  it('pools step by their kernel, and a window list gives each axis its own', () => {
    expect(run([1, 1, 2, 4], (x) => maxPool(x, { kernel: 2 }))).toEqual([
      [1, 1, 1, 2],
      [6, 8],
    ]);
    expect(run([1, 1, 2, 4], (x) => maxPool(x, { kernel: [1, 2], stride: [1, 2] }))[1]).toEqual([2, 4, 6, 8]);
  });
});
