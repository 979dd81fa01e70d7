import { describe, expect, it } from 'vitest';
import { distance } from '../../test/graph/distance.ts';
import { add, exp, mul } from './elementwise.ts';
import { reshape, transpose } from './form.ts';
import type { Graph } from './graph.ts';
import { matmul } from './linear.ts';
import { placeFactors } from './place-factors.ts';
import { sum } from './reduction.ts';
import type { Tensor } from './tensor.ts';
import { trace } from './trace.ts';

const specs = { x: [4, 6], w: [6, 5], b: [5], v: [5, 3] } as const;

/** A graph and what becomes of it, checked for equal values; gives the operators of the latter, in order. */
function placed(build: (inputs: Record<keyof typeof specs, Tensor>) => Record<string, Tensor>): string[] {
  const typed = Object.fromEntries(
    Object.entries(specs).map(([name, shape]) => [name, { shape, dtype: 'float32' as const }]),
  );
  const graph = trace(typed, (inputs) => build(inputs as Record<keyof typeof specs, Tensor>));
  const changed = placeFactors(graph);
  expect(distance(graph, changed)).toBeLessThan(1e-12);
  return operators(changed);
}

const operators = ({ nodes }: Graph) =>
  nodes.flatMap(({ op, shape }) => (op.kind === 'input' || op.kind === 'fill' ? [] : [`${op.kind} ${shape}`]));

describe('placeFactors', () => {
  it('scales products instead of what goes into them', () => {
    const found = placed(({ x, w }) => {
      const scaled = mul(x, 0.3);
      return { y: matmul(scaled, w), z: matmul(transpose(scaled), scaled), bias: sum(scaled, [0]) };
    });
    expect(found).not.toContain('mul 4,6');
    expect(found.filter((kind) => kind.startsWith('mul')).sort()).toEqual(['mul 4,5', 'mul 6', 'mul 6,6']);
  });

  it('scales a product and its bias instead of their sum, also behind a reshape', () => {
    const found = placed(({ x, w, b }) => ({ y: exp(mul(reshape(add(matmul(x, w), b), [2, 2, 5]), 0.7)) }));
    expect(found.filter((kind) => kind.startsWith('mul')).sort()).toEqual(['mul 4,5', 'mul 5']);
    expect(found.at(-1)).toBe('exp 2,2,5');
  });

  it('leaves a factor where its tensor is also read by something that is not linear, or put out', () => {
    const read = placed(({ x, w }) => {
      const scaled = mul(exp(x), 0.3);
      return { y: matmul(scaled, w), z: exp(scaled) };
    });
    expect(read).toContain('mul 4,6');
    const out = placed(({ x, w }) => {
      const scaled = mul(exp(x), 0.3);
      return { y: matmul(scaled, w), scaled };
    });
    expect(out).toContain('mul 4,6');
  });

  it('leaves a factor of a product that something else reads', () => {
    const found = placed(({ x, w, v }) => {
      const product = matmul(x, w);
      return { y: exp(mul(reshape(product, [2, 2, 5]), 0.3)), z: matmul(product, v) };
    });
    expect(found).toContain('mul 2,2,5');
  });
});
