/** Every gradient rule against central differences of the float64 reference, first and second order. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hessianVector } from '../../src/autodiff/grad.ts';
import { gradients } from '../../src/autodiff/gradients.ts';
import { constantReason } from '../../src/autodiff/vjp.ts';
import { key, RandomStream } from '../../src/base/random.ts';
import { size } from '../../src/base/shape.ts';
import { add, mul, square } from '../../src/graph/elementwise.ts';
import { reshape, slice } from '../../src/graph/form.ts';
import type { Graph, TensorSpec } from '../../src/graph/graph.ts';
import { opKinds } from '../../src/graph/infer.ts';
import { dot } from '../../src/graph/linear.ts';
import { sum } from '../../src/graph/reduction.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { trace } from '../../src/graph/trace.ts';
import { verify } from '../../src/graph/verify.ts';
import { evaluate } from '../../src/runtime/reference.ts';
import { type Case, cases, normal, type Sample } from './cases.ts';

/**
 * loss(θ) = Σ (r·y + y²/2) with random weights r and y = the operator on pieces of θ. The square makes the second
 * derivative of a linear operator Jᵀ J, so both its pullback and the pullback of that are seen.
 */
function program(sample: Sample): Graph {
  const sizes = sample.shapes.map(size);
  const length = sizes.reduce((total, n) => total + n, 0);
  const inputs: Record<string, TensorSpec> = {
    theta: { shape: [length], dtype: 'float32' },
    v: { shape: [length], dtype: 'float32' },
    weights: { shape: [4096], dtype: 'float32' },
  };
  if (sample.indices) inputs.indices = { shape: sample.indices.shape, dtype: 'int32' };
  return trace(inputs, (tensors) => {
    const loss = (theta: Tensor) => {
      let start = 0;
      const operands = sample.shapes.map((shape, i) => {
        const piece = slice(theta, { starts: [start], ends: [start + sizes[i]!] });
        start += sizes[i]!;
        return reshape(piece, shape);
      });
      const y = sample.build(operands, tensors.indices);
      const r = reshape(slice(tensors.weights!, { starts: [0], ends: [size(y.shape)] }), y.shape);
      return add(sum(mul(r, y)), mul(sum(square(y)), 0.5));
    };
    const { theta, v } = tensors as Record<'theta' | 'v', Tensor>;
    const value = loss(theta);
    const [gradient] = gradients(value, [theta]);
    return { value, slope: dot(gradient!, v), gradient: gradient!, product: hessianVector(loss)(theta, v) };
  });
}

function check(row: Case, sample: Sample, seed: number): void {
  const stream = new RandomStream(key(seed));
  const graph = program(sample);
  verify(graph);
  expect(graph.nodes.some(({ op }) => op.kind === row.kind)).toBe(true);

  const length = sample.shapes.reduce((total, shape) => total + size(shape), 0);
  const theta = row.draw(stream, length);
  const v = normal(stream, length);
  const rest = new Map([
    ['v', v],
    ['weights', normal(stream, 4096)],
  ]);
  if (sample.indices) {
    const { shape, below } = sample.indices;
    rest.set(
      'indices',
      Float64Array.from({ length: size(shape) }, () => stream.integer(below)),
    );
  }
  const at = (step: number) =>
    evaluate(
      graph,
      new Map(rest).set(
        'theta',
        theta.map((t, i) => t + step * v[i]!),
      ),
    );
  const h = 1e-5;
  const [here, ahead, behind] = [at(0), at(h), at(-h)];
  const difference = (name: string, i: number) => (ahead.get(name)![i]! - behind.get(name)![i]!) / (2 * h);

  expectNear(here.get('slope')![0]!, difference('value', 0), here.get('value')![0]!);
  const product = here.get('product')!;
  const scale = Math.max(...here.get('gradient')!.map(Math.abs));
  for (let i = 0; i < length; i++) expectNear(product[i]!, difference('gradient', i), scale);
}

/** `scale` is of the function whose difference it is: its rounding errors are divided by the step. */
function expectNear(actual: number, wanted: number, scale: number): void {
  const tolerance = 1e-6 * Math.max(1, Math.abs(wanted), Math.abs(scale));
  expect(Math.abs(actual - wanted), `${actual} against ${wanted}`).toBeLessThanOrEqual(tolerance);
}

describe('gradients and Hessian-vector products agree with central differences to 1e-6', () => {
  for (const row of cases) {
    it(row.title, () => {
      fc.assert(
        fc.property(row.samples, fc.nat(), (sample, seed) => check(row, sample, seed)),
        { numRuns: 30, seed: 20 },
      );
    });
  }
});

describe('the list of checks', () => {
  it('has every operator, or a reason why it has no gradient', () => {
    const checked = new Set(cases.map(({ kind }) => kind));
    const missing = opKinds.filter((kind) => !checked.has(kind) && constantReason(kind) === undefined);
    expect(missing).toEqual([]);
    const contradictory = opKinds.filter((kind) => checked.has(kind) && constantReason(kind) !== undefined);
    expect(contradictory).toEqual([]);
  });
});
