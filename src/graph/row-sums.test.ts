import { describe, expect, it } from 'vitest';
import { distance } from '../../test/graph/distance.ts';
import { gradients } from '../autodiff/gradients.ts';
import { add, mul } from './elementwise.ts';
import { transpose } from './form.ts';
import type { Graph } from './graph.ts';
import { matmul } from './linear.ts';
import { sum } from './reduction.ts';
import { shortenRowSums } from './row-sums.ts';
import { softmax } from './softmax.ts';
import { standardize } from './standardize.ts';
import type { Tensor } from './tensor.ts';
import { trace } from './trace.ts';

type Build = (inputs: Record<string, Tensor>) => Record<string, Tensor>;

/** Elements that products read or write one by one, before and after; the values are equal within 1e-12. */
function elements(specs: Record<string, readonly number[]>, build: Build) {
  const typed = Object.entries(specs).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]);
  const graph = trace(Object.fromEntries(typed), build);
  const changed = shortenRowSums(graph);
  expect(distance(graph, changed)).toBeLessThan(1e-12);
  return [moved(graph), moved(changed)];
}

const moved = ({ nodes, outputs }: Graph) => {
  const needed = new Set(outputs.map(({ id }) => id));
  for (const { id, inputs } of nodes.toReversed())
    if (needed.has(id)) for (const operand of inputs) needed.add(operand);
  return nodes
    .filter(({ id, op }) => op.kind === 'mul' && needed.has(id))
    .reduce((total, { shape }) => total + shape.reduce((product, d) => product * d, 1), 0);
};

describe('shortenRowSums', () => {
  it("saves a pass of a layer normalization's gradient, over one axis and over two", () => {
    for (const [axes, row] of [
      [[-1], [5]] as const,
      [
        [1, 2],
        [3, 5],
      ] as const,
    ]) {
      const [before, after] = elements({ x: [4, 3, 5], scale: row, shift: row, g: [4, 3, 5] }, (inputs) => {
        const { x, scale, shift, g } = inputs as Record<'x' | 'scale' | 'shift' | 'g', Tensor>;
        const y = add(mul(standardize(x, axes), scale), shift);
        const [dx, dscale] = gradients(sum(mul(y, g)), [x, scale]);
        return { dx: dx!, dscale: dscale! };
      });
      expect(after).toBe(before! - 60);
    }
  });

  it('sums over features instead of keys in the gradient of attention', () => {
    const [steps, width] = [7, 3];
    const shape = [2, steps, width];
    const [before, after] = elements({ q: shape, k: shape, v: shape, g: shape }, (inputs) => {
      const { q, k, v, g } = inputs as Record<'q' | 'k' | 'v' | 'g', Tensor>;
      const output = matmul(softmax(matmul(q, transpose(k, [0, 2, 1]))), v);
      const [dq, dk, dv] = gradients(sum(mul(output, g)), [q, k, v]);
      return { output, dq: dq!, dk: dk!, dv: dv! };
    });
    expect(after).toBe(before! - 2 * steps * (steps - width));
  });

  it('leaves sums whose product is not there otherwise, is read by others, or would be wider', () => {
    const shapes = { g: [4, 6], x: [4, 6], v: [6], a: [4, 9], b: [6, 9], c: [4, 6] };
    for (const build of [
      ({ g, x, v }) => ({ y: sum(mul(mul(g!, v!), x!), 1) }),
      ({ g, x, v }) => {
        const product = mul(mul(g!, v!), x!);
        return { y: sum(product, 1), product, other: mul(g!, x!) };
      },
      ({ a, b, c }) => ({ product: matmul(c!, b!), y: sum(mul(matmul(a!, transpose(b!, [1, 0])), c!), 1) }),
      ({ g, x, v }) => ({ other: mul(g!, x!), y: sum(mul(mul(g!, v!), x!), 0) }),
      ({ g, x, v }) => ({ y: sum(mul(mul(g!, v!), x!), 1), later: mul(g!, x!) }),
    ] satisfies Build[]) {
      const [before, after] = elements(shapes, build);
      expect(after).toBe(before);
    }
  });
});
