/** The invariants of a graph, as a table of rules; tests run it between passes. */

import { DolinaError, GraphError } from '../base/errors.ts';
import { sameShape, size } from '../base/shape.ts';
import type { Graph, Node } from './graph.ts';
import { infer } from './infer.ts';
import { showSpec } from './shape-error.ts';

export interface GraphRule {
  /** What holds of every graph. */
  readonly name: string;
  /** What is wrong, or `undefined`. Later rules may rely on earlier ones. */
  readonly check: (graph: Graph) => string | undefined;
}

/** The first complaint about a node. */
function eachNode(check: (node: Node, index: number, graph: Graph) => string | undefined): GraphRule['check'] {
  return (graph) => {
    for (const [index, node] of graph.nodes.entries()) {
      const complaint = check(node, index, graph);
      if (complaint !== undefined) return `%${node.id} ${node.op.kind}: ${complaint}`;
    }
    return undefined;
  };
}

function twice(names: readonly string[]): string | undefined {
  return names.find((name, i) => names.indexOf(name) !== i);
}

export const graphRules: readonly GraphRule[] = Object.freeze([
  {
    name: 'ids equal positions',
    check: eachNode((node, index) => (node.id === index ? undefined : `stands at position ${index}`)),
  },
  {
    name: 'operands come before their users',
    check: eachNode((node) => {
      const bad = node.inputs.find((id) => !Number.isInteger(id) || id < 0 || id >= node.id);
      return bad === undefined ? undefined : `reads %${bad}`;
    }),
  },
  {
    name: 'everything is frozen',
    check: (graph) => {
      for (const list of [graph, graph.nodes, graph.inputs, graph.outputs, ...graph.inputs, ...graph.outputs]) {
        if (!Object.isFrozen(list)) return 'the graph, its lists or its ports can be changed';
      }
      return eachNode((node) => {
        const lists = Object.values(node.op).filter((value) => Array.isArray(value));
        return [node, node.op, node.inputs, node.shape, ...lists].every(Object.isFrozen) ? undefined : 'can be changed';
      })(graph);
    },
  },
  {
    name: 'shapes and dtypes are what inference gives',
    check: eachNode((node, _index, graph) => {
      const spec = infer(
        node.op,
        node.inputs.map((id) => graph.nodes[id]!),
        { declared: node },
      );
      const equal = spec.dtype === node.dtype && sameShape(spec.shape, node.shape);
      return equal ? undefined : `is ${showSpec(node)} where inference gives ${showSpec(spec)}`;
    }),
  },
  {
    name: 'constant indices are in range',
    check: eachNode(({ op, inputs }, _index, { nodes }) => {
      if (op.kind !== 'gather' && op.kind !== 'takeAlong' && op.kind !== 'scatterAdd' && op.kind !== 'putAlong') {
        return undefined;
      }
      const picks = op.kind === 'gather' || op.kind === 'takeAlong';
      const indices = nodes[inputs[picks ? 1 : 0]!]!;
      const limit = picks ? nodes[inputs[0]!]!.shape[op.axis]! : op.size;
      const known =
        indices.op.kind === 'literal'
          ? indices.op.values
          : indices.op.kind === 'fill' && size(indices.shape) > 0
            ? [indices.op.value]
            : [];
      const bad = known.find((index) => index < 0 || index >= limit);
      return bad === undefined ? undefined : `the index ${bad} is outside of an axis of ${limit} elements`;
    }),
  },
  {
    name: 'input ports and input nodes are the same, each name once',
    check: (graph) => {
      const again = twice(graph.inputs.map((port) => port.name));
      if (again !== undefined) return `the input "${again}" occurs twice`;
      for (const { name, id } of graph.inputs) {
        const op = graph.nodes[id]?.op;
        if (op?.kind !== 'input' || op.name !== name) return `the input "${name}" is not node %${id}`;
      }
      const nodes = graph.nodes.filter(({ op }) => op.kind === 'input').length;
      return nodes === graph.inputs.length ? undefined : `${nodes} input nodes for ${graph.inputs.length} inputs`;
    },
  },
  {
    name: 'outputs are nodes, each name once',
    check: (graph) => {
      const again = twice(graph.outputs.map((port) => port.name));
      if (again !== undefined) return `the output "${again}" occurs twice`;
      const lost = graph.outputs.find(({ id }) => graph.nodes[id] === undefined);
      return lost === undefined ? undefined : `the output "${lost.name}" is %${lost.id}, which does not exist`;
    },
  },
  {
    name: 'every node serves an output or is an input',
    check: (graph) => {
      const needed = new Set(graph.outputs.map(({ id }) => id));
      for (const node of [...graph.nodes].reverse())
        if (needed.has(node.id)) for (const id of node.inputs) needed.add(id);
      const idle = graph.nodes.find(({ id, op }) => !needed.has(id) && op.kind !== 'input');
      return idle === undefined ? undefined : `%${idle.id} ${idle.op.kind} serves nothing`;
    },
  },
]);

/** @throws GraphError that names the first rule which does not hold, and where. */
export function verify(graph: Graph): void {
  for (const { name, check } of graphRules) {
    let complaint: string | undefined;
    let cause: unknown;
    try {
      complaint = check(graph);
    } catch (error) {
      if (!(error instanceof DolinaError)) throw error;
      complaint = error.message;
      cause = error;
    }
    if (complaint !== undefined) {
      throw new GraphError('graph/invalid', `the graph breaks the rule "${name}": ${complaint}`, {
        cause,
        mend: 'Build graphs by trace, or mend what made this one.',
      });
    }
  }
}
