import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import '../../../test/seeded-properties.ts';
import { distance } from '../../../test/graph/distance.ts';
import { gradients } from '../../autodiff/gradients.ts';
import { add, mul } from '../../graph/elementwise.ts';
import { slice, transpose } from '../../graph/form.ts';
import type { Graph } from '../../graph/graph.ts';
import { literal } from '../../graph/leaf.ts';
import { matmul } from '../../graph/linear.ts';
import { sum } from '../../graph/reduction.ts';
import { softmax } from '../../graph/softmax.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { trace } from '../../graph/trace.ts';
import { nodeWork } from '../../runtime/work.ts';
import { attend } from './attend.ts';

type Inputs = Record<'q' | 'k' | 'v' | 'keep' | 'g', Tensor>;

/** Output and gradients of an attention of 2 examples with `steps` steps of 3 features. */
function traced(steps: number, build: (inputs: Inputs) => Tensor): Graph {
  const f = (...shape: number[]) => ({ shape, dtype: 'float32' as const });
  const one = f(2, steps, 3);
  return trace({ q: one, k: one, v: one, keep: f(2, steps, steps), g: one }, (inputs) => {
    const all = inputs as Inputs;
    const y = build(all);
    const [q, k, v, keep] = gradients(sum(mul(y, all.g)), [all.q, all.k, all.v, all.keep]);
    return { y, q: q!, k: k!, v: v!, keep: keep! };
  });
}

/** The formula with a whole mask, whose entries are written down. */
function formula(steps: number, causal: boolean): Graph {
  const numbers = Array.from({ length: steps }, (_, i) => i);
  const entries = numbers.map((row) => numbers.map((column) => (causal && column > row ? -1e300 : 0)));
  return traced(steps, ({ q, k, v, keep }) => {
    const scores = mul(matmul(q, transpose(k, [0, 2, 1])), 1 / Math.sqrt(3));
    return matmul(mul(softmax(add(scores, literal(q.builder, entries, 'float32'))), keep), v);
  });
}

describe('attend', () => {
  it('is softmax(q kᵀ/√d) v under the mask, with its gradients, in any number of blocks', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 13 }),
        fc.integer({ min: 1, max: 6 }),
        fc.boolean(),
        (steps, block, causal) => {
          const found = traced(steps, ({ q, k, v, keep }) =>
            attend(q, k, v, {
              causal,
              shortestBlock: block,
              drop: (weights, first) => {
                const [n, rows, columns] = weights.shape as [number, number, number];
                return mul(weights, slice(keep, { starts: [0, first, 0], ends: [n, first + rows, columns] }));
              },
            }),
          );
          expect(distance(formula(steps, causal), found)).toBeLessThan(1e-12);
        },
      ),
    );
  });

  it('computes only what is seen: three quarters in two blocks, five eighths in four', () => {
    const products = (causal: boolean, shortestBlock: number) => {
      const graph = traced(64, ({ q, k, v }) => attend(q, k, v, { causal, shortestBlock }));
      const own = graph.nodes.filter(({ op }) => op.kind === 'matmul');
      return own.reduce((total, node) => total + nodeWork(graph, node), 0);
    };
    const whole = products(false, 16);
    expect([65, 32, 16, 2].map((block) => products(true, block) / whole)).toEqual([1, 3 / 4, 5 / 8, 5 / 8]);
  });
});
