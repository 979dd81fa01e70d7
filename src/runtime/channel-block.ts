/**
 * Finds out whether a backend has ONNX Runtime's blocked convolution, and how wide its blocks are: 16 channels with
 * AVX-512, 8 with narrower registers, none on other processors. Nothing tells, and a model for another width runs and
 * computes nonsense, so a small convolution is tried and its numbers are compared.
 */

import { key, RandomStream } from '../base/random.ts';
import { type Shape, size } from '../base/shape.ts';
import { conv } from '../graph/convolution.ts';
import type { Graph } from '../graph/graph.ts';
import { trace } from '../graph/trace.ts';
import { signature } from '../onnx/convolution/formulation.ts';
import { formulations } from '../onnx/convolution/formulations.ts';
import { lower } from '../onnx/lower.ts';
import type { Backend, BoundArray } from './backend.ts';

const shapes = { x: [1, 16, 5, 5], w: [16, 16, 3, 3] } as const;
const tolerance = 1e-4;

/** The width of the blocks, or `undefined` where no blocked convolution gives the right numbers. */
export async function findChannelBlock(open: Backend['open']): Promise<number | undefined> {
  const graph = trace(
    { x: { shape: shapes.x, dtype: 'float32' }, w: { shape: shapes.w, dtype: 'float32' } },
    ({ x, w }) => ({ y: conv(x, w, { padding: 1 }) }),
  );
  const expected = await run(open, graph, 'direct');
  for (const [name, { block }] of Object.entries(formulations.conv)) {
    if (block === undefined) continue;
    try {
      const found = await run(open, graph, name);
      if (found.every((value, i) => Math.abs(value - expected[i]!) < tolerance)) return block;
    } catch {
      // This machine's runtime has no such blocks: that is the answer.
    }
  }
  return undefined;
}

async function run(open: Backend['open'], graph: Graph, formulation: string): Promise<Float32Array> {
  const node = graph.nodes.find(({ op }) => op.kind === 'conv')!;
  const operands = node.inputs.map((id) => graph.nodes[id]!.shape);
  const op = node.op as Parameters<typeof signature>[0];
  const model = lower(graph, { formulations: new Map([[signature(op, operands, node.shape), formulation]]) });
  const session = await open(model, 1);
  try {
    const stream = new RandomStream(key(0));
    const random = (shape: Shape): BoundArray => ({
      spec: { shape, dtype: 'float32' },
      array: Float32Array.from({ length: size(shape) }, () => stream.uniform() - 0.5),
    });
    const inputs = new Map(model.inputs.map(({ name }, i) => [name, random(operands[i]!)]));
    const result = new Float32Array(size(node.shape));
    const spec = { shape: node.shape, dtype: 'float32' } as const;
    await session.bind(inputs, new Map([[model.outputs[0]!.name, { spec, array: result }]])).run();
    return result;
  } finally {
    await session.release();
  }
}
