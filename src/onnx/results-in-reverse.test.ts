import { describe, expect, it } from 'vitest';
import { gradients } from '../autodiff/gradients.ts';
import { tanh } from '../graph/elementwise.ts';
import { matmul } from '../graph/linear.ts';
import { sum } from '../graph/reduction.ts';
import { trace } from '../graph/trace.ts';
import { lower } from './lower.ts';
import { resultsInReverse } from './results-in-reverse.ts';

const f = (...shape: number[]) => ({ shape, dtype: 'float32' as const });

const model = lower(
  trace({ x: f(4, 3), v: f(3, 3), w: f(3, 2) }, ({ x, v, w }) => {
    const loss = sum(matmul(tanh(matmul(x!, v!)), w!));
    const [first, second] = gradients(loss, [v!, w!]);
    return { loss, first: first!, second: second! };
  }),
);

describe('resultsInReverse', () => {
  it("puts the nodes that no other reads at the end, so that the last layer's gradient is the last of all", () => {
    const { nodes, ...rest } = resultsInReverse(model);
    expect(rest).toEqual({ inputs: model.inputs, outputs: model.outputs, constants: model.constants });
    expect(nodes.flatMap(({ outputs }) => outputs).slice(-3)).toEqual(['first', 'second', 'loss']);
  });

  it('keeps every node, after its operands', () => {
    const { nodes, inputs, constants } = resultsInReverse(model);
    expect(new Set(nodes)).toEqual(new Set(model.nodes));
    const known = new Set([...inputs, ...constants].map(({ name }) => name));
    for (const node of nodes) {
      for (const name of node.inputs) expect(known).toContain(name);
      for (const name of node.outputs) known.add(name);
    }
  });
});
