/** The float64 reference against PyTorch in float64 (test/fixtures/graph/generate.py). */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostArray } from '../../src/base/dtype.ts';
import { sameShape } from '../../src/base/shape.ts';
import { conv, convTranspose } from '../../src/graph/convolution.ts';
import { emit } from '../../src/graph/emit.ts';
import type { TensorSpec } from '../../src/graph/graph.ts';
import { matmul } from '../../src/graph/linear.ts';
import type { ConvAttributes, Op, PoolAttributes } from '../../src/graph/op.ts';
import { averagePool, maxPool } from '../../src/graph/pooling.ts';
import type { Tensor } from '../../src/graph/tensor.ts';
import { trace } from '../../src/graph/trace.ts';
import { evaluate } from '../../src/runtime/reference.ts';

interface Fixture extends TensorSpec {
  readonly data: readonly number[];
}

function cases<T>(name: string): readonly T[] {
  const text = readFileSync(new URL(`../fixtures/graph/${name}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { cases: readonly T[] }).cases;
}

/** Largest difference from `wanted`, relative to its size where that is above 1. */
function error(operands: readonly Fixture[], f: (tensors: readonly Tensor[]) => Tensor, wanted: Fixture): number {
  const names = operands.map((_, i) => `x${i}`);
  const specs = Object.fromEntries(names.map((name, i) => [name, operands[i]!]));
  const graph = trace(specs, (inputs) => ({ y: f(names.map((name) => inputs[name]!)) }));
  expect(sameShape(graph.nodes[graph.outputs[0]!.id]!.shape, wanted.shape)).toBe(true);
  const inputs = new Map(names.map((name, i) => [name, Float64Array.from(operands[i]!.data)]));
  const actual = evaluate(graph, inputs).get('y')!;
  expect(actual.length).toBe(wanted.data.length);
  return Math.max(...actual.map((y, i) => Math.abs(y - wanted.data[i]!) / Math.max(1, Math.abs(wanted.data[i]!))));
}

const near = 1e-12;

describe('the reference equals PyTorch to 1e-12', () => {
  interface Conv {
    readonly op: ConvAttributes;
    readonly x: Fixture;
    readonly w: Fixture;
    readonly y: Fixture;
    readonly dy: Fixture;
    readonly dx: Fixture;
    readonly dw: Fixture;
  }
  it.each(cases<Conv>('conv'))('conv and both adjoints: $op', ({ op, x, w, y, dy, dx, dw }) => {
    expect(error([x, w], ([a, b]) => conv(a!, b!, op), y)).toBeLessThan(near);
    const input: Op = { kind: 'convInputGradient', inputShape: x.shape, ...op };
    expect(error([w, dy], (operands) => emit(input, operands), dx)).toBeLessThan(near);
    const filter: Op = { kind: 'convFilterGradient', filterShape: w.shape, ...op };
    expect(error([x, dy], (operands) => emit(filter, operands), dw)).toBeLessThan(near);
  });

  it.each(cases<Conv>('conv'))('convTranspose with the output padding that the stride swallowed: $op', (row) => {
    const { op, x, w, dy, dx } = row;
    const rest = ([0, 1] as const).map((axis) => {
      const span = op.dilation[axis] * (w.shape[axis + 2]! - 1) + 1;
      return (x.shape[axis + 2]! + op.padding[axis] + op.padding[axis + 2]! - span) % op.stride[axis];
    }) as [number, number];
    expect(error([dy, w], ([a, b]) => convTranspose(a!, b!, { ...op, outputPadding: rest }), dx)).toBeLessThan(near);
  });

  interface Pool {
    readonly op: PoolAttributes;
    readonly ties: boolean;
    readonly x: Fixture;
    readonly g: Fixture;
    readonly t: Fixture;
    readonly maxPool: Fixture;
    readonly maxPoolScatter: Fixture;
    readonly maxPoolSelect: Fixture;
    readonly padded?: { readonly averagePool: Fixture; readonly averagePoolGradient: Fixture };
    readonly bare?: { readonly averagePool: Fixture; readonly averagePoolGradient: Fixture };
  }
  it.each(cases<Pool>('pool'))('max pooling, first of ties ($ties): $op', (row) => {
    const { op, x } = row;
    expect(error([x], ([a]) => maxPool(a!, op), row.maxPool)).toBe(0);
    const scatter: Op = { kind: 'maxPoolScatter', ...op };
    expect(error([x, row.g], (operands) => emit(scatter, operands), row.maxPoolScatter)).toBeLessThan(near);
    const select: Op = { kind: 'maxPoolSelect', ...op };
    expect(error([x, row.t], (operands) => emit(select, operands), row.maxPoolSelect)).toBe(0);
  });

  it.each(cases<Pool>('pool').filter(({ bare }) => bare))('average pooling: $op', ({ op, x, g, padded, bare }) => {
    const { kernel, stride, padding } = op;
    for (const [countPadding, wanted] of [
      [true, padded!],
      [false, bare!],
    ] as const) {
      const y = error([x], ([a]) => averagePool(a!, { kernel, stride, padding, countPadding }), wanted.averagePool);
      expect(y).toBeLessThan(near);
      const gradient: Op = { kind: 'averagePoolGradient', countPadding, inputShape: x.shape, ...op };
      expect(error([g], (operands) => emit(gradient, operands), wanted.averagePoolGradient)).toBeLessThan(near);
    }
  });

  interface Unary {
    readonly kind: 'erf';
    readonly x: Fixture;
    readonly y: Fixture;
  }
  it.each(cases<Unary>('elementwise'))('$kind', ({ kind, x, y }) => {
    expect(error([x], (operands) => emit({ kind }, operands), y)).toBeLessThan(4e-15);
  });

  interface Row {
    readonly op?: Op;
    readonly operands: readonly Fixture[];
    readonly y: Fixture;
  }
  it.each(cases<{ op: Op; x: Fixture; y: Fixture }>('softmax'))('$op', ({ op, x, y }) => {
    expect(error([x], (operands) => emit(op, operands), y)).toBeLessThan(near);
  });

  it.each([...cases<Row>('matmul'), ...cases<Row>('indexing')])('$op $operands.0.shape', ({ op, operands, y }) => {
    const f = (tensors: readonly Tensor[]) => (op ? emit(op, tensors) : matmul(tensors[0]!, tensors[1]!));
    expect(error(operands, f, y)).toBeLessThan(near);
  });
});

describe('the reference', () => {
  const run = (spec: TensorSpec, f: (x: Tensor) => Tensor, data: readonly number[]) => {
    const graph = trace({ x: spec }, ({ x }) => ({ y: f(x) }));
    return [...evaluate(graph, new Map([['x', Float64Array.from(data)]])).get('y')!];
  };

  it('casts as the typed arrays of the host do, for values in range', () => {
    const values = [-2.9, -0.5, 0, 0.99, 1.5, 200.7];
    for (const dtype of ['int32', 'uint8'] as const) {
      const data = dtype === 'uint8' ? values.filter((value) => value > -1) : values;
      const wanted = hostArray(dtype, data.length);
      wanted.set(data);
      const shape = [data.length];
      const cast = run({ shape, dtype: 'float32' }, (x) => emit({ kind: 'cast', dtype }, [x]), data);
      expect(cast.map((value) => value + 0)).toEqual([...wanted]);
    }
    const truth = run(
      { shape: [3], dtype: 'float32' },
      (x) => emit({ kind: 'cast', dtype: 'bool' }, [x]),
      [0, -0.5, 2],
    );
    expect(truth).toEqual([0, 1, 1]);
  });

  it('wraps int32 arithmetic and cuts division off towards zero', () => {
    const spec = { shape: [3], dtype: 'int32' } as const;
    const data = [2 ** 31 - 1, -7, 7];
    expect(run(spec, (x) => emit({ kind: 'add' }, [x, x]), data)).toEqual([-2, -14, 14]);
    const two = (x: Tensor) => x.builder.leaf({ kind: 'fill', value: 2 }, x);
    expect(run(spec, (x) => emit({ kind: 'div' }, [x, two(x)]), data)).toEqual([2 ** 30 - 1, -3, 3]);
  });

  it('names an input that is missing or of the wrong length, and an index out of range', () => {
    const graph = trace({ x: { shape: [2], dtype: 'float32' } }, ({ x }) => ({ y: x }));
    expect(() => evaluate(graph, new Map())).toThrow('the input "x" is missing');
    expect(() => evaluate(graph, new Map([['x', new Float64Array(3)]]))).toThrow('"x" has 3 elements, not 2');
    const pick = (x: Tensor) => emit({ kind: 'gather', axis: 0 }, [x, x]);
    expect(() => run({ shape: [2], dtype: 'int32' }, pick, [0, 2])).toThrow('the index 2 is outside of an axis of 2');
  });
});
