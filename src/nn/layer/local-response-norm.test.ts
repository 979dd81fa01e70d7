import { describe, expect, it } from 'vitest';
import { gradients } from '../../autodiff/gradients.ts';
import type { Shape } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { mul } from '../../graph/elementwise.ts';
import { sum } from '../../graph/reduction.ts';
import { simplify } from '../../graph/simplify.ts';
import { lower } from '../../onnx/lower.ts';
import { evaluate } from '../../runtime/reference.ts';
import { traceForward } from '../forward.ts';
import type { Layer } from '../layer.ts';
import { type LocalResponseNormOptions, localResponseNorm } from './local-response-norm.ts';

/** The layer in float64. */
function apply(layer: Layer, shape: Shape, x: readonly number[]) {
  const builder = new GraphBuilder();
  const input = builder.input('x', { shape, dtype: 'float32' });
  const { output } = traceForward(layer, input, { training: false, parameter: () => input });
  return evaluate(builder.finish(new Map([['output', output]])), new Map([['x', Float64Array.from(x)]])).get('output')!;
}

/** Largest difference, relative where the expected number is above 1 in size. */
function distance(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length);
  return expected.reduce(
    (worst, value, i) => Math.max(worst, Math.abs(found[i]! - value) / Math.max(1, Math.abs(value))),
    0,
  );
}

describe('localResponseNorm', () => {
  const ramp = Array.from({ length: 12 }, (_, i) => (i + 1) / 4);
  const onRamp = (options: LocalResponseNormOptions) => apply(localResponseNorm(options), [1, 6, 1, 2], ramp);

  it("by default is the paper's: k 2, n 5, α 1e-4, β 0.75, α times the sum", () => {
    expect(localResponseNorm()).toEqual({
      ...{ layer: 'localResponseNorm', size: 5, alpha: 1e-4, beta: 0.75, bias: 2 },
      ...{ alphaOf: 'sum', evenWindow: 'before' },
    });
    const strong = onRamp({ alpha: 0.3 });
    const expected = ramp.map((a, i) => {
      const [channel, pixel] = [Math.floor(i / 2), i % 2];
      let squares = 0;
      for (let c = Math.max(0, channel - 2); c <= Math.min(5, channel + 2); c++) squares += ramp[2 * c + pixel]! ** 2;
      return a / (2 + 0.3 * squares) ** 0.75;
    });
    expect(distance(strong, expected)).toBeLessThan(1e-14);
  });

  it('with an α of n times as much, of the mean, is the same within 1e-15', () => {
    for (const size of [3, 4, 5]) {
      const mean = onRamp({ size, alpha: 0.2 * size, alphaOf: 'mean' });
      expect(distance(onRamp({ size, alpha: 0.2 }), [...mean])).toBeLessThan(1e-15);
    }
  });

  it('of an even size has its odd channel before (PyTorch) or after (ONNX); of an odd size the choice changes nothing', () => {
    // One channel, the third, is not 0: who sees it?
    const seen = (size: number, evenWindow: 'before' | 'after') => {
      const impulse = [0.001, 0.001, 100, 0.001, 0.001, 0.001];
      const result = apply(localResponseNorm({ size, alpha: 1, bias: 1, beta: 1, evenWindow }), [1, 6], impulse);
      return [...result].flatMap((value, channel) => (Math.abs(value / impulse[channel]!) < 0.5 ? [channel] : []));
    };
    expect(seen(2, 'before')).toEqual([2, 3]);
    expect(seen(2, 'after')).toEqual([1, 2]);
    expect(seen(4, 'before')).toEqual([1, 2, 3, 4]);
    expect(seen(4, 'after')).toEqual([0, 1, 2, 3]);
    expect(seen(3, 'before')).toEqual([1, 2, 3]);
    expect(seen(3, 'after')).toEqual([1, 2, 3]);
  });

  it('sums each window in one pass, forward and backward, without powers, slices or pads', () => {
    const builder = new GraphBuilder();
    const x = builder.input('x', { shape: [4, 16, 8, 8], dtype: 'float32' });
    const { output } = traceForward(localResponseNorm(), x, { training: true, parameter: () => x });
    const g = builder.input('g', { shape: x.shape, dtype: 'float32' });
    const gradient = gradients(sum(mul(output, g)), [x])[0]!;
    const graph = builder.finish(new Map(Object.entries({ output, gradient })));
    const types = lower(simplify(graph)).nodes.map(({ type }) => type);
    expect(types.filter((type) => /Pool|Conv/.test(type))).toHaveLength(2);
    expect(types.filter((type) => /Pow|Slice|Pad|Concat|Gather/.test(type))).toEqual([]);
    expect(types.filter((type) => type !== 'Reshape').length).toBeLessThanOrEqual(20);
  });
});
