import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../test/seeded-properties.ts';
import { distance } from '../../test/graph/distance.ts';
import { mul } from './elementwise.ts';
import { transpose } from './form.ts';
import type { Graph } from './graph.ts';
import { matmul } from './linear.ts';
import { shareTransposes } from './share-transposes.ts';
import type { Tensor } from './tensor.ts';
import { trace } from './trace.ts';

const f = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

/** factor · xᵀy for pairs of the inputs, each [rows, its width], by what `shareTransposes` makes of them; equal within 1e-12. */
function shared(rows: number, widths: Readonly<Record<string, number>>, pairs: readonly string[], factor = 1): Graph {
  const specs = Object.fromEntries(Object.entries(widths).map(([name, width]) => [name, f(rows, width)]));
  const graph = trace(specs, (inputs) => {
    const product = ([left, right]: string): Tensor => mul(matmul(transpose(inputs[left!]!), inputs[right!]!), factor);
    return Object.fromEntries(pairs.map((pair) => [pair, product(pair)]));
  });
  const changed = shareTransposes(graph);
  expect(distance(graph, changed)).toBeLessThan(1e-12);
  return changed;
}

/** Transposes of a whole operand. */
const transposes = ({ nodes }: Graph) => nodes.filter(({ op, shape }) => op.kind === 'transpose' && shape.length === 4);
const columnProducts = ({ nodes }: Graph) => nodes.filter(({ op }) => op.kind === 'matmul' && op.transposeA).length;

describe('shareTransposes', () => {
  it('transposes an operand once for the products that read it by columns, in parts of 512 rows', () => {
    const graph = shared(1024, { x: 3, a: 256, b: 256 }, ['xa', 'xb']);
    expect([transposes(graph).length, columnProducts(graph)]).toEqual([1, 0]);
    expect(transposes(graph)[0]!.shape).toEqual([2, 1, 3, 512]);
  });

  it('does so for the other operand too, with small transposes of the results', () => {
    const graph = shared(1024, { a: 256, b: 256, g: 3 }, ['ag', 'bg']);
    expect([transposes(graph).length, columnProducts(graph)]).toEqual([1, 0]);
    expect(graph.outputs.map(({ id }) => graph.nodes[id]!.shape)).toEqual([
      [256, 3],
      [256, 3],
    ]);
  });

  it('takes a number that scales a product into the sum over its parts', () => {
    const graph = shared(1024, { x: 3, a: 256, b: 256 }, ['xa', 'xb'], 0.3);
    expect(graph.nodes.filter(({ op }) => op.kind === 'mul').length).toBe(0);
  });

  it('leaves a product alone whose operands no other reads so, and those of few rows or columns', () => {
    const left = (...options: Parameters<typeof shared>) => columnProducts(shared(...options)) === options[2].length;
    expect(left(1024, { x: 3, a: 512, y: 2, b: 512 }, ['xa', 'yb'])).toBe(true);
    expect(left(512, { x: 3, a: 256, b: 256 }, ['xa', 'xb'])).toBe(true);
    expect(left(1024, { x: 3, a: 255, b: 256 }, ['xa', 'xb'])).toBe(true);
    // 1031 is a prime.
    expect(left(1031, { x: 3, a: 256, b: 256 }, ['xa', 'xb'])).toBe(true);
  });

  it('keeps the values for any number of rows, and operands that are shared on both sides', () => {
    const rows = fc.integer({ min: 1024, max: 1600 });
    const pairs = fc.uniqueArray(fc.constantFrom('xa', 'xb', 'ya', 'yb', 'xx'), { minLength: 1 });
    fc.assert(
      fc.property(rows, pairs, (count, list) => {
        shared(count, { x: 2, y: 3, a: 300, b: 260 }, list);
      }),
      { numRuns: 12 },
    );
  });
});
