import { describe, expect, it } from 'vitest';
import { gradients } from '../autodiff/gradients.ts';
import { key, RandomStream } from '../base/random.ts';
import { type Shape, size } from '../base/shape.ts';
import { evaluate } from '../runtime/reference.ts';
import { GraphBuilder } from './builder.ts';
import { add, mul, square } from './elementwise.ts';
import { concat, pad, slice } from './form.ts';
import { matmul } from './linear.ts';
import type { OpKind } from './op.ts';
import { sum } from './reduction.ts';
import type { Tensor } from './tensor.ts';
import { total } from './total.ts';

/** The kinds of the graph of Σ terms, and its largest distance to adding one by one, with random inputs. */
function compare(shapes: readonly Shape[], terms: (inputs: readonly Tensor[]) => readonly Tensor[]) {
  const builder = new GraphBuilder();
  const inputs = shapes.map((shape, i) => builder.input(`x${i}`, { shape, dtype: 'float32' }));
  const parts = terms(inputs);
  const stream = new RandomStream(key(9));
  const fed = new Map(
    shapes.map((shape, i) => [`x${i}`, Float64Array.from({ length: size(shape) }, () => stream.normal())]),
  );
  const graph = builder.finish(new Map([['total', total(parts)]]));
  const plain = builder.finish(new Map([['total', parts.reduce((sum, part) => add(sum, part))]]));
  const [found, wanted] = [graph, plain].map((one) => evaluate(one, fed).get('total')!);
  expect(graph.nodes[graph.outputs[0]!.id]!.shape).toEqual(parts[0]!.shape);
  const distance = wanted!.reduce((worst, value, i) => Math.max(worst, Math.abs(value - found![i]!)), 0);
  const kinds = graph.nodes.map(({ op }) => op.kind).filter((kind) => kind !== 'input');
  return { distance, kinds };
}

const count = (kinds: readonly OpKind[], kind: OpKind) => kinds.filter((each) => each === kind).length;
const row = (x: Tensor, low: number, high: number) => pad(x, { low: [low, 0], high: [high, 0] });

describe('the total equals adding one by one within 1e-13, and', () => {
  it('pads that lie beside each other, in any order and with gaps, are one concat', () => {
    const { distance, kinds } = compare(
      [
        [2, 3],
        [1, 3],
        [1, 3],
      ],
      ([a, b, c]) => [row(b!, 6, 1), row(a!, 1, 5), row(c!, 3, 4)],
    );
    expect(distance).toBeLessThan(1e-13);
    expect([count(kinds, 'concat'), count(kinds, 'pad'), count(kinds, 'add')]).toEqual([1, 0, 0]);
  });

  it('equal terms are one, and their number', () => {
    const { distance, kinds } = compare(
      [
        [2, 3],
        [2, 3],
      ],
      ([a, b]) => [mul(a!, b!), b!, mul(a!, b!), mul(a!, b!)],
    );
    expect(distance).toBeLessThan(1e-13);
    expect(kinds.sort()).toEqual(['add', 'fill', 'mul', 'mul']);
    const squares = compare([[2, 3]], ([x]) => gradients(sum(mul(square(x!), 3)), [x!]));
    expect(count(squares.kinds, 'add')).toBe(0);
  });

  it('pads that overlap, lie along another axis, or are not of zeros, are added', () => {
    const { distance } = compare(
      [
        [2, 3],
        [2, 3],
        [4, 1],
        [2, 3],
      ],
      ([a, b, c, d]) => [
        row(a!, 0, 2),
        row(b!, 1, 1),
        pad(c!, { low: [0, 1], high: [0, 1] }),
        pad(d!, { low: [1, 0], high: [1, 0], value: 2 }),
        row(d!, 2, 0),
        c === undefined ? a! : row(a!, 0, 2),
      ],
    );
    expect(distance).toBeLessThan(1e-13);
  });

  it('products aᵀ b of few rows are one product, whatever their numbers of rows', () => {
    const transposed = (a: Tensor, b: Tensor) =>
      matmul(a.builder.apply({ kind: 'transpose', permutation: [1, 0] }, [a]), b);
    const { distance, kinds } = compare(
      [
        [2, 3],
        [2, 4],
        [5, 3],
        [5, 4],
      ],
      ([a, b, c, d]) => [transposed(a!, b!), transposed(c!, d!), mul(transposed(a!, b!), 2)],
    );
    expect(distance).toBeLessThan(1e-13);
    expect(count(kinds, 'matmul')).toBe(2);
    expect(count(kinds, 'concat')).toBe(2);
  });

  it('products of many rows, whose joining would cost more than it saves, are added', () => {
    const shapes = [
      [20_000, 2],
      [20_000, 1],
    ];
    const { kinds } = compare(shapes, ([a, b]) => {
      const at = a!.builder.apply({ kind: 'transpose', permutation: [1, 0] }, [a!]);
      return [matmul(at, b!), matmul(at, square(b!))];
    });
    expect(count(kinds, 'concat')).toBe(0);
  });

  it('sums of rows are one sum', () => {
    const { distance, kinds } = compare(
      [
        [2, 3],
        [4, 3],
      ],
      ([a, b]) => [sum(a!, 0), sum(b!, 0), sum(square(a!), 0)],
    );
    expect(distance).toBeLessThan(1e-13);
    expect([count(kinds, 'sum'), count(kinds, 'concat')]).toEqual([1, 1]);
  });
});

describe('gradients', () => {
  it('of slices that cover a tensor hold no pad, and none of the unrolled product adds weights', () => {
    const builder = new GraphBuilder();
    const steps = 6;
    const x = builder.input('x', { shape: [steps * 2, 3], dtype: 'float32' });
    const weight = builder.input('weight', { shape: [3, 3], dtype: 'float32' });
    let state = builder.input('state', { shape: [2, 3], dtype: 'float32' });
    const states = Array.from({ length: steps }, (_, t) => {
      const now = slice(x, { starts: [2 * t], ends: [2 * t + 2] });
      state = square(add(now, matmul(state, weight)));
      return state;
    });
    const [ofX, ofWeight] = gradients(sum(concat(states, 0)), [x, weight]);
    const graph = builder.finish(new Map(Object.entries({ ofX: ofX!, ofWeight: ofWeight! })));
    const kinds = graph.nodes.map(({ op }) => op.kind);
    expect(count(kinds, 'pad')).toBe(0);
    // One forward and one backward for each step but the first, whose state wants no gradient, and one for the weight.
    expect(count(kinds, 'matmul')).toBe(steps + (steps - 1) + 1);
  });
});
