/** Layers that hold others beside a way past them: residual, parallel, denseConnection. */

import { describe, expect, it } from 'vitest';
import { gradients } from '../../autodiff/gradients.ts';
import { key, RandomStream } from '../../base/random.ts';
import { type Shape, size } from '../../base/shape.ts';
import { GraphBuilder } from '../../graph/builder.ts';
import { sum } from '../../graph/reduction.ts';
import { evaluate } from '../../runtime/reference.ts';
import { describe as describeModel } from '../describe.ts';
import { traceForward } from '../forward.ts';
import type { Layer } from '../layer.ts';
import { conv2d } from './conv2d.ts';
import { dense } from './dense.ts';
import { denseConnection } from './dense-connection.ts';
import { named } from './named.ts';
import { parallel } from './parallel.ts';
import { residual } from './residual.ts';
import { sequential } from './sequential.ts';
import { sigmoid } from './sigmoid.ts';
import { tanh } from './tanh.ts';

/** Output and gradient of its sum by the input, for normal inputs and parameters. */
function run(layer: Layer, shape: Shape) {
  const builder = new GraphBuilder();
  const x = builder.input('x', { shape, dtype: 'float32' });
  const { output } = traceForward(layer, x, {
    training: true,
    parameter: ({ name, shape: wanted }) => builder.input(name, { shape: wanted, dtype: 'float32' }),
  });
  const gradient = gradients(sum(output), [x])[0]!;
  const graph = builder.finish(new Map(Object.entries({ output, gradient })));
  const stream = new RandomStream(key(12));
  const fed = new Map(
    graph.inputs.map(({ name, id }) => [
      name,
      Float64Array.from({ length: size(graph.nodes[id]!.shape) }, () => stream.normal()),
    ]),
  );
  const results = evaluate(graph, fed);
  return { fed, shape: output.shape, output: [...results.get('output')!], gradient: [...results.get('gradient')!] };
}

const σ = (value: number) => 1 / (1 + Math.exp(-value));
const near = (found: readonly number[], wanted: readonly number[]) => {
  expect(found.length).toBe(wanted.length);
  found.forEach((value, i) => {
    expect(Math.abs(value - wanted[i]!), `element ${i}`).toBeLessThan(1e-12);
  });
};
const names = (layer: Layer, shape: Shape) =>
  describeModel(layer, { shape, dtype: 'float32' }).parameters.map(({ name }) => name);

describe('values and gradients are those of the formulas within 1e-12:', () => {
  it('residual, x + tanh x', () => {
    const { fed, output, gradient } = run(residual(tanh()), [2, 3]);
    const x = [...fed.get('x')!];
    near(
      output,
      x.map((value) => value + Math.tanh(value)),
    );
    near(
      gradient,
      x.map((value) => 2 - Math.tanh(value) ** 2),
    );
  });

  it('residual with a projection, σ x + tanh x', () => {
    const { fed, output } = run(residual(tanh(), { projection: sigmoid() }), [2, 3]);
    near(
      output,
      [...fed.get('x')!].map((value) => σ(value) + Math.tanh(value)),
    );
  });

  it('denseConnection, [x, tanh x] by rows', () => {
    const { fed, shape, output, gradient } = run(denseConnection(tanh()), [2, 3]);
    const x = [...fed.get('x')!];
    expect(shape).toEqual([2, 6]);
    near(
      output,
      [0, 3].flatMap((row) => [...x.slice(row, row + 3), ...x.slice(row, row + 3).map(Math.tanh)]),
    );
    near(
      gradient,
      x.map((value) => 2 - Math.tanh(value) ** 2),
    );
  });

  it('parallel, joined along an axis and added', () => {
    const beside = run(parallel([sigmoid(), tanh()], { axis: -1 }), [2, 1, 2]);
    const x = [...beside.fed.get('x')!];
    expect(beside.shape).toEqual([2, 1, 4]);
    near(
      beside.output,
      [0, 2].flatMap((row) => [...x.slice(row, row + 2).map(σ), ...x.slice(row, row + 2).map(Math.tanh)]),
    );
    const added = run(parallel([sigmoid(), tanh(), tanh()], { join: 'add' }), [2, 1, 2]);
    near(
      added.output,
      x.map((value) => σ(value) + 2 * Math.tanh(value)),
    );
  });
});

describe('names of parameters', () => {
  it('hold the block, and tell the projection and the branches apart', () => {
    const block = residual(sequential(dense(4), tanh(), dense(5)), { projection: dense(5) });
    expect(names(sequential(block, residual(dense(5, { bias: false }))), [2, 3])).toEqual([
      ...['residual1/dense1/weight', 'residual1/dense1/bias', 'residual1/dense2/weight', 'residual1/dense2/bias'],
      ...['residual1/projection/weight', 'residual1/projection/bias', 'residual2/dense1/weight'],
    ]);
    expect(names(parallel([dense(2, { bias: false }), named('wide', dense(3, { bias: false }))]), [2, 3])).toEqual([
      'parallel1/branch1/weight',
      'parallel1/wide/weight',
    ]);
  });
});

describe('refusals name the layer', () => {
  it.each<[string, Layer, Shape, RegExp]>([
    [
      'a body that changes the shape',
      residual(dense(4)),
      [2, 3],
      /residual1: the body gives \[2, 4\], and x has \[2, 3\]/,
    ],
    [
      'a projection to another shape',
      residual(dense(4), { projection: dense(5) }),
      [2, 3],
      /the projection gives \[2, 5\]/,
    ],
    [
      'an image that shrinks',
      denseConnection(conv2d({ channels: 2, kernel: 3 })),
      [1, 2, 5, 5],
      /connection1: shapes \[1, 2, 5, 5\], \[1, 2, 3, 3\] do not join along axis 1/,
    ],
    ['an axis too many', parallel([tanh()], { axis: 2 }), [2, 3], /parallel1: .*axis 2/],
    ['the axis of the batch', parallel([tanh(), tanh()], { axis: 0 }), [2, 3], /parallel1: .*axis 0/],
    ['sums of different shapes', parallel([dense(2), dense(3)], { join: 'add' }), [2, 3], /\[2, 2\], \[2, 3\]/],
  ])('%s', (_, layer, shape, message) => {
    expect(() => describeModel(layer, { shape, dtype: 'float32' })).toThrow(message);
  });

  it('no branches, and an axis of a sum', () => {
    expect(() => parallel([])).toThrow(/branches is \[\]/);
    expect(() => parallel([tanh()], { join: 'add', axis: 1 })).toThrow(/axis is 1/);
  });
});
