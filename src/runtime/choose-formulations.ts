/** Measures, for each convolution of a graph, which formulation is fastest on this machine with so many threads. */

import type { Graph, Node } from '../graph/graph.ts';
import type { ConvolutionOp } from '../onnx/convolution/formulation.ts';
import { signature } from '../onnx/convolution/formulation.ts';
import { applicable } from '../onnx/convolution/formulations.ts';
import { lower } from '../onnx/lower.ts';
import type { Backend } from './backend.ts';
import { bindTrial, leastTime, type MeasurementCache } from './measurement.ts';
import { nodeWork } from './work.ts';

/** Below so many multiply-adds the first formulation is taken: the choice would not pay for its measurement. */
const WORTH_MEASURING = 200_000;

interface Convolution {
  readonly signature: string;
  readonly candidates: readonly string[];
  /** The operator alone, as a graph. */
  readonly graph: Graph;
  readonly work: number;
}

/** The formulation of every convolution in the graph, by signature. */
export async function chooseFormulations(
  backend: Backend,
  graph: Graph,
  threads: number,
  fixed: ReadonlyMap<string, string> | 'default' | 'measured',
  cache: MeasurementCache,
): Promise<Map<string, string>> {
  const chosen = new Map<string, string>();
  const block = fixed === 'measured' ? await backend.channelBlock?.() : undefined;
  for (const convolution of convolutions(graph, block)) {
    if (chosen.has(convolution.signature)) continue;
    const first = convolution.candidates[0]!;
    const measured = fixed === 'measured' && convolution.candidates.length > 1 && convolution.work >= WORTH_MEASURING;
    const name = measured
      ? await fastest(backend, convolution, threads, cache)
      : ((typeof fixed === 'string' ? undefined : fixed.get(convolution.signature)) ?? first);
    chosen.set(convolution.signature, name);
  }
  return chosen;
}

function convolutions(graph: Graph, block: number | undefined): Convolution[] {
  return graph.nodes.flatMap((node) => {
    const { op } = node;
    if (op.kind !== 'conv' && op.kind !== 'convInputGradient' && op.kind !== 'convFilterGradient') return [];
    const shapes = node.inputs.map((id) => graph.nodes[id]!.shape);
    return [
      {
        signature: signature(op, shapes, node.shape),
        candidates: applicable(op, shapes, block),
        graph: alone(graph, node, op),
        work: nodeWork(graph, node),
      },
    ];
  });
}

function alone(graph: Graph, node: Node, op: ConvolutionOp): Graph {
  const inputs = node.inputs.map((id, index): Node => {
    const { shape, dtype } = graph.nodes[id]!;
    return { id: index, op: { kind: 'input', name: `operand${index}` }, inputs: [], shape, dtype };
  });
  const result: Node = { ...node, id: inputs.length, op, inputs: inputs.map(({ id }) => id) };
  return {
    nodes: [...inputs, result],
    inputs: inputs.map(({ id }) => ({ name: `operand${id}`, id })),
    outputs: [{ name: 'result', id: result.id }],
  };
}

async function fastest(
  backend: Backend,
  convolution: Convolution,
  threads: number,
  cache: MeasurementCache,
): Promise<string> {
  const { candidates, graph } = convolution;
  const cacheKey = ['formulation', backend.version, backend.machine, `threads ${threads}`, convolution.signature].join(
    '; ',
  );
  // A candidate that did not exist when the outcome was stored makes it stale.
  const [winner, field] = (cache.get(cacheKey) ?? '').split(' of ');
  if (winner !== undefined && candidates.includes(winner) && field === candidates.join(', ')) return winner;
  let best = candidates[0]!;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const model = lower(graph, { formulations: new Map([[convolution.signature, candidate]]) });
    const session = await backend.open(model, threads);
    try {
      const time = await leastTime(bindTrial(session, model), least);
      if (time < least) [best, least] = [candidate, time];
    } finally {
      await session.release();
    }
  }
  cache.set(cacheKey, `${best} of ${candidates.join(', ')}`);
  return best;
}
