/** What differences cannot show: the values chosen at kinks and ties, what is constant, and how derivatives nest. */

import { describe, expect, it } from 'vitest';
import { grad, hessianVector, valueAndGrad } from '../../src/autodiff/grad.ts';
import { gradients } from '../../src/autodiff/gradients.ts';
import { constantReason } from '../../src/autodiff/vjp.ts';
import * as t from '../../src/graph/elementwise.ts';
import { broadcastTo, reshape } from '../../src/graph/form.ts';
import type { TensorSpec } from '../../src/graph/graph.ts';
import { opKinds } from '../../src/graph/infer.ts';
import { alias, fillLike } from '../../src/graph/leaf.ts';
import { dot, matmul } from '../../src/graph/linear.ts';
import { maxPool } from '../../src/graph/pooling.ts';
import { print } from '../../src/graph/print.ts';
import { logSumExp, max, mean, min, sum, variance } from '../../src/graph/reduction.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { trace } from '../../src/graph/trace.ts';
import { evaluate } from '../../src/runtime/reference.ts';

/** Values of f at float32 vectors (or at tensors of the given shape). */
function run(
  f: (...tensors: Tensor[]) => Tensor,
  inputs: readonly (readonly number[])[],
  shape?: readonly number[],
): number[] {
  const names = inputs.map((_, i) => `x${i}`);
  const specs = inputs.map((values): [string, TensorSpec] => [
    names[inputs.indexOf(values)]!,
    { shape: shape ?? (values.length === 1 ? [] : [values.length]), dtype: 'float32' },
  ]);
  const graph = trace(Object.fromEntries(specs), (tensors) => ({ y: f(...names.map((name) => tensors[name]!)) }));
  const values = new Map(names.map((name, i) => [name, Float64Array.from(inputs[i]!)]));
  return Array.from(evaluate(graph, values).get('y')!, (value) => value + 0); // −0 is 0 here
}

const gradient = (f: (x: Tensor) => Tensor, x: readonly number[], shape?: readonly number[]) =>
  run(
    grad((y: Tensor) => sum(f(y))),
    [x],
    shape,
  );

describe('at a kink or a tie', () => {
  it("relu'(0) = 0 and abs'(0) = 0", () => {
    expect(gradient(t.relu, [-1, 0, 2])).toEqual([0, 0, 1]);
    expect(gradient(t.abs, [-1, 0, 2])).toEqual([-1, 0, 1]);
  });

  it('no gradient passes a ReLU that is off, though what follows is infinitely steep there', () => {
    expect(gradient((x) => t.sqrt(t.relu(x)), [-1, 4])).toEqual([0, 0.25]);
    expect(gradient((x) => t.sqrt(t.mul(t.add(t.relu(x), 0), 1)), [-1, 4])).toEqual([0, 0.25]);
    expect(gradient((x) => reshape(t.sqrt(reshape(t.relu(x), [2, 1])), [2]), [-1, 4])).toEqual([0, 0.25]);
  });

  it('a ReLU is gated by a product where the gradient comes from products, through skips, means and pools', () => {
    const kindsOf = (f: (x: Tensor, w: Tensor) => Tensor) => {
      const specs = { x: { shape: [4, 4], dtype: 'float32' }, w: { shape: [4, 4], dtype: 'float32' } } as const;
      const graph = trace(specs, ({ x, w }) => ({ g: gradients(sum(f(x, w)), [x])[0]! }));
      return graph.nodes.map(({ op }) => op.kind);
    };
    const block = (x: Tensor, w: Tensor) => t.relu(t.add(x, matmul(t.relu(x), w)));
    const net = (x: Tensor, w: Tensor) => t.exp(matmul(mean(block(block(x, w), w), 0, { keepDims: true }), w));
    expect(kindsOf(net)).not.toContain('where');
    expect(kindsOf((x, w) => t.sqrt(net(x, w)))).not.toContain('where');
    expect(kindsOf((x, w) => matmul(t.sqrt(t.relu(x)), w))).toContain('where');
    const [x, w] = [
      [1, -2],
      [3, -1],
    ];
    const slope = (v: readonly number[]) =>
      run(
        grad((a: Tensor, b: Tensor) => sum(t.relu(dot(t.relu(a), b)))),
        [v, w],
      );
    expect(slope(x)).toEqual([3, 0]);
    expect(slope([-1, 2])).toEqual([0, 0]);
  });

  it('maximum and minimum give half to each side', () => {
    for (const argument of [0, 1]) {
      for (const f of [t.maximum, t.minimum]) {
        const sides = run(
          grad((a: Tensor, b: Tensor) => sum(f(a, b)), { argument }),
          [
            [1, 2, 3],
            [2, 2, 2],
          ],
        );
        const wins = (f === t.maximum) === (argument === 1);
        expect(sides).toEqual(wins ? [1, 0.5, 0] : [0, 0.5, 1]);
      }
    }
  });

  it('max and min over axes share equally among those that tie', () => {
    expect(gradient((x) => max(x), [3, 1, 3, 3])).toEqual([1 / 3, 0, 1 / 3, 1 / 3]);
    expect(gradient((x) => min(x), [3, 1, 1, 3])).toEqual([0, 0.5, 0.5, 0]);
  });

  it('maxPool gives all to the first in row-major order', () => {
    const f = (x: Tensor) => maxPool(x, { kernel: 2 });
    expect(gradient(f, [5, 5, 1, 2, 5, 5, 3, 3], [1, 1, 2, 4])).toEqual([1, 0, 0, 0, 0, 0, 1, 0]);
  });

  it('maxPool of a ReLU is built as the ReLU of maxPool; a window without a positive element passes nothing', () => {
    const f = (x: Tensor) => maxPool(t.relu(x), { kernel: 2 });
    const x = [-1, -2, 0, -3, -3, -4, 0, -1, 2, 2, -1, -9, 1, 0, -8, 7];
    expect(run(f, [x], [1, 1, 4, 4])).toEqual([0, 0, 2, 7]);
    expect(gradient(f, x, [1, 1, 4, 4])).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('the ReLU under a maxPool may have other readers', () => {
    const f = (x: Tensor) => {
      const y = t.relu(x);
      return t.add(sum(maxPool(y, { kernel: 2 })), sum(t.square(y)));
    };
    expect(gradient(f, [-1, 3, 2, -4], [1, 1, 2, 2])).toEqual([0, 7, 4, 0]);
  });
});

describe('what is constant', () => {
  it('says why, and passes no gradient', () => {
    const constant = opKinds.filter((kind) => constantReason(kind) !== undefined);
    expect(constant.sort()).toEqual(
      [
        ...[
          'and',
          'argMax',
          'cast',
          'equal',
          'fill',
          'floor',
          'input',
          'iota',
          'less',
          'lessOrEqual',
          'literal',
          'not',
        ],
        ...['or', 'sign', 'stopGradient'],
      ].sort(),
    );
    for (const f of [t.floor, t.sign, t.stopGradient]) {
      const x = [-1.5, 0.5, 2.5];
      expect(gradient((y) => t.mul(y, f(y)), x)).toEqual(run(f, [x]));
    }
    const rounded = (y: Tensor) => t.mul(y, t.cast(t.cast(y, 'int32'), 'float32'));
    expect(gradient(rounded, [-1.5, 0.5, 2.5])).toEqual([-1, 0, 2]);
  });

  it('gives zeros of the right shape for what does not influence the output, and adds no node for it', () => {
    const specs = { x: { shape: [3], dtype: 'float32' }, y: { shape: [2, 2], dtype: 'float32' } } as const;
    const graph = trace(specs, ({ x, y }) => ({ g: gradients(sum(t.exp(x)), [y])[0]! }));
    expect(print(graph).split('\n').slice(2)).toEqual(['%2 = fill() value=0 : float32[2,2]', 'return g=%2', '']);
  });
});

describe('gradients', () => {
  it('add nothing for operands that are not asked for', () => {
    const specs = { x: { shape: [2, 3], dtype: 'float32' }, w: { shape: [3, 4], dtype: 'float32' } } as const;
    const graph = trace(specs, ({ x, w }) => ({ g: gradients(sum(t.square(matmul(x, w))), [w])[0]! }));
    expect(graph.nodes.map(({ op }) => op.kind)).toEqual(['input', 'input', 'matmul', 'fill', 'mul', 'matmul']);
    expect(graph.nodes.at(-1)!.op).toEqual({ kind: 'matmul', transposeA: true, transposeB: false });
  });

  it('fold the 1 / n of a mean into one constant', () => {
    const graph = trace({ x: { shape: [4, 5], dtype: 'float32' } }, ({ x }) => ({ g: gradients(mean(x), [x])[0]! }));
    expect(print(graph).split('\n')[1]).toBe('%1 = fill() value=0.05 : float32[4,5]  # gradient');
  });

  it('take a bias gradient as one sum, over the pooled image where there is pooling', () => {
    const specs = { x: { shape: [2, 3, 4, 4], dtype: 'float32' }, b: { shape: [3], dtype: 'float32' } } as const;
    const graph = trace(specs, ({ x, b }) => {
      const y = maxPool(t.relu(t.add(x, reshape(b, [3, 1, 1]))), { kernel: 2 });
      return { g: gradients(sum(t.square(y)), [b])[0]! };
    });
    const sums = graph.nodes.filter(({ op }) => op.kind === 'sum');
    expect(sums).toHaveLength(1);
    expect(graph.nodes[sums[0]!.inputs[0]!]!.shape).toEqual([2, 3, 2, 2]);
    expect(graph.nodes.some(({ op }) => op.kind === 'maxPoolScatter')).toBe(false);
  });

  it('put their nodes in the scope of the layer that they belong to', () => {
    const graph = trace({ x: { shape: [3], dtype: 'float32' } }, ({ x }) => {
      const y = x.builder.within('dense1', () => t.tanh(x));
      return { g: gradients(sum(y), [x])[0]! };
    });
    expect(graph.nodes.at(-1)!.scope).toBe('dense1/gradient');
  });

  it('refuse an output that is no scalar, tensors without a gradient, and tensors that were simplified away', () => {
    const specs = { x: { shape: [3], dtype: 'float32' }, i: { shape: [3], dtype: 'int32' } } as const;
    const attempt = (f: (x: Tensor, i: Tensor) => Tensor[]) => () => trace(specs, ({ x, i }) => ({ g: f(x, i)[0]! }));
    expect(attempt((x) => gradients(x, [x]))).toThrow('of a scalar float32[], not of float32[3]. Reduce the output');
    expect(attempt((x, i) => gradients(sum(x), [i]))).toThrow('int32[3] has no gradient');
    expect(attempt((x) => gradients(sum(x), [fillLike(x, 1)]))).toThrow('a constant (fill) has no gradient');
    const through = (x: Tensor, inner: Tensor) => gradients(sum(t.exp(t.neg(inner))), [inner, x]);
    expect(attempt((x) => through(x, t.neg(x)))).toThrow('this neg was simplified away');
    expect(attempt((x) => through(x, alias(t.neg(x))))).not.toThrow();
  });
});

describe('derivatives nest', () => {
  const cube = (x: Tensor) => t.mul(t.mul(x, x), x);

  it('to the fourth order: d⁴(x⁵)/dx⁴ = 120 x', () => {
    const fifth = (x: Tensor) => t.mul(cube(x), t.square(x));
    expect(run(grad(grad(grad(grad(fifth)))), [[1.5]])).toEqual([180]);
  });

  it('without confusing an inner variable with an outer one it closes over', () => {
    // d/dx [x · d/dy (x + y) at y = x] = d/dx [x · 1] = 1, not 2.
    const f = (x: Tensor) => t.mul(x, grad((y: Tensor) => t.add(x, y))(x));
    expect(run(grad(f), [[3]])).toEqual([1]);
    // d/dx [d/dy (x² y³) at y = x] = d/dx [3 x⁴] = 12 x³.
    const g = (x: Tensor) => grad((y: Tensor) => t.mul(t.square(x), cube(y)))(x);
    expect(run(grad(g), [[2]])).toEqual([96]);
  });

  it('hessianVector(f)(x, v) = ∇²f·v, also for v = x and for another argument', () => {
    const quadratic = (x: Tensor, y: Tensor) => t.mul(dot(x, x), dot(y, y));
    const [x, y, v] = [
      [1, 2],
      [3, 1],
      [-1, 5],
    ] as const;
    const xx = run((a, b, c) => hessianVector(quadratic)(a!, b!, c!), [x, y, v]);
    expect(xx).toEqual([2 * 10 * -1, 2 * 10 * 5]);
    const yy = run((a, b, c) => hessianVector(quadratic, { argument: 1 })(a!, b!, c!), [x, y, v]);
    expect(yy).toEqual([2 * 5 * -1, 2 * 5 * 5]);
    expect(run((a) => hessianVector((u: Tensor) => sum(cube(u)))(a!, a!), [[1, 2]])).toEqual([6, 24]);
  });

  it('valueAndGrad gives both from one forward pass', () => {
    const both = (x: Tensor) => {
      const { value, gradient: g } = valueAndGrad((y: Tensor) => sum(t.exp(y)))(x);
      return t.add(broadcastTo(value, [2]), t.mul(g, 10));
    };
    expect(run(both, [[0, Math.log(2)]])).toEqual([13, 23]);
  });

  it('refuse a missing argument, an unknown option and a vector of another shape', () => {
    const f = (x: Tensor) => sum(x);
    expect(() => run(grad(f, { argument: 1 }), [[1, 2]])).toThrow('grad: there is no argument 1');
    expect(() => grad(f, { arguments: 1 } as object)).toThrow('unknown option "arguments" (grad)');
    const wrong = (x: Tensor) => hessianVector(f)(x, reshape(x, [2, 1]));
    expect(() => run(wrong, [[1, 2]])).toThrow('the vector, which is the last argument, has another shape');
  });
});

describe('composed functions have the gradients of their formulas', () => {
  it('logSumExp: the softmax, also where eˣ overflows', () => {
    const g = gradient((x) => logSumExp(x), [1000, 1000 + Math.log(3)]);
    expect(g[0]).toBeCloseTo(0.25, 12);
    expect(g[1]).toBeCloseTo(0.75, 12);
  });

  it('variance: 2 (x − mean) / n', () => {
    const g = gradient((x) => variance(x), [1, 2, 6]);
    for (const [i, wanted] of [-4 / 3, -2 / 3, 2].entries()) expect(g[i]).toBeCloseTo(wanted, 14);
  });

  it('softplus far out: 0 and 1, not NaN', () => {
    expect(gradient(t.softplus, [-1000, 1000])).toEqual([0, 1]);
  });
});
