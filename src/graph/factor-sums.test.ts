import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../test/seeded-properties.ts';
import { distance } from '../../test/graph/distance.ts';
import { gradients } from '../autodiff/gradients.ts';
import { add, erf, mul } from './elementwise.ts';
import { factorSums } from './factor-sums.ts';
import { broadcastTo } from './form.ts';
import type { Graph } from './graph.ts';
import { sum } from './reduction.ts';
import type { Tensor } from './tensor.ts';
import { trace } from './trace.ts';

const specs = { a: [2, 3], b: [2, 3], c: [2, 3], d: [2, 3], row: [1, 3] } as const;
type Inputs = Record<keyof typeof specs, Tensor>;

/** How many products and sums the graph of what `build` gives has, before and after; its values are equal within 1e-12. */
function passes(build: (inputs: Inputs) => Record<string, Tensor>) {
  const typed = Object.entries(specs).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]);
  const graph = trace(Object.fromEntries(typed), (inputs) => build(inputs as Inputs));
  const changed = factorSums(graph);
  expect(distance(graph, changed)).toBeLessThan(1e-12);
  return [count(graph), count(changed)];
}

const count = ({ nodes }: Graph) => nodes.filter(({ op }) => op.kind === 'mul' || op.kind === 'add').length;

describe('factorSums', () => {
  it('takes a common factor out, wherever it stands in the products', () => {
    expect(passes(({ a, b, c }) => ({ y: add(mul(a, b), mul(c, a)) }))).toEqual([3, 2]);
    expect(passes(({ a, b, c, d }) => ({ y: add(mul(mul(d, a), b), mul(c, a)) }))).toEqual([4, 3]);
  });

  it("saves a pass of a GELU's gradient", () => {
    const [before, after] = passes(({ a, b }) => {
      const loss = sum(mul(b, mul(a, add(erf(a), 1))));
      return { gradient: gradients(loss, [a])[0]! };
    });
    expect(after).toBe(before! - 1);
  });

  it('leaves products that something else reads or that are put out, and factors that are spread from fewer', () => {
    for (const build of [
      ({ a, b, c }: Inputs) => {
        const product = mul(a, b);
        return { y: add(product, mul(a, c)), product };
      },
      ({ a, b, row }: Inputs) => {
        const wide = broadcastTo(row, [2, 3]);
        return { y: add(mul(a, wide), mul(b, wide)) };
      },
      ({ a, b, c, d }: Inputs) => ({ y: add(mul(a, b), mul(c, d)), z: add(mul(a, a), 1) }),
    ]) {
      const [before, after] = passes(build);
      expect(after).toBe(before);
    }
  });

  it('keeps the values of any sum of two products', () => {
    const names = fc.constantFrom(...(['a', 'b', 'c', 'd'] as const));
    const factors = fc.array(names, { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(factors, factors, (left, right) => {
        const [before, after] = passes((inputs) => {
          const product = (list: readonly (keyof Inputs)[]) =>
            list.map((name) => inputs[name]).reduce((x, y) => mul(x, y));
          return { y: add(product(left), product(right)) };
        });
        expect(after).toBeLessThanOrEqual(before!);
      }),
      { numRuns: 200 },
    );
  });
});
