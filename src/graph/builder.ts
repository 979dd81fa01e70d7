/** Grows a graph node by node: infers shapes, shares equal nodes, remembers which layer is speaking. */

import { GraphError } from '../base/errors.ts';
import type { Graph, Node, Port, TensorSpec } from './graph.ts';
import { infer } from './infer.ts';
import type { Op } from './op.ts';
import { type Builder, Tensor } from './tensor.ts';

/** A graph under construction. */
export class GraphBuilder implements Builder {
  readonly #nodes: Node[] = [];
  readonly #inputs: Port[] = [];
  readonly #shared = new Map<string, Tensor>();
  readonly #aliases = new Set<number>();
  readonly #bypassed = new Set<number>();
  #scopes: readonly string[] = [];

  input(name: string, spec: TensorSpec): Tensor {
    if (this.#inputs.some((port) => port.name === name)) {
      throw new GraphError('graph/input-twice', `the graph has an input "${name}" already`, {
        mend: 'Give each input a name of its own.',
      });
    }
    const op = { kind: 'input', name } as const;
    const tensor = this.#append(op, [], infer(op, [], { declared: spec, scope: this.scope }));
    this.#inputs.push({ name, id: tensor.id });
    return tensor;
  }

  leaf(op: Op & { kind: 'fill' | 'literal' | 'iota' }, spec: TensorSpec): Tensor {
    return this.#share(op, [], infer(op, [], { declared: spec, scope: this.scope }));
  }

  apply(op: Op, operands: readonly Tensor[]): Tensor {
    for (const operand of operands) {
      if (operand.builder !== this) {
        throw new GraphError('graph/foreign-tensor', `${op.kind}: an operand belongs to another trace`, {
          mend: 'Pass tensors into a traced function as arguments; do not keep them from an earlier trace.',
        });
      }
    }
    const spec = infer(op, operands, { scope: this.scope });
    return this.#share(op, operands, spec);
  }

  within<T>(name: string, body: () => T): T {
    return this.at(this.#scopes.length === 0 ? name : `${this.scope}/${name}`, body);
  }

  at<T>(path: string, body: () => T): T {
    const outer = this.#scopes;
    this.#scopes = path === '' ? [] : path.split('/');
    try {
      return body();
    } finally {
      this.#scopes = outer;
    }
  }

  alias(tensor: Tensor): Tensor {
    const alias = this.#append({ kind: 'reshape', shape: tensor.shape }, [tensor.id], tensor);
    this.#aliases.add(alias.id);
    return alias;
  }

  isAlias(id: number): boolean {
    return this.#aliases.has(id);
  }

  lookThrough(id: number, index = 0): Tensor {
    this.#bypassed.add(id);
    return this.tensor(this.#nodes[id]!.inputs[index]!);
  }

  isBypassed(id: number): boolean {
    return this.#bypassed.has(id);
  }

  get scope(): string {
    return this.#scopes.join('/');
  }

  node(id: number): Node {
    return this.#nodes[id]!;
  }

  tensor(id: number): Tensor {
    const node = this.#nodes[id]!;
    return new Tensor(this, id, node.shape, node.dtype);
  }

  /** The finished graph: inputs in order, named outputs, and only the nodes that the outputs need. */
  finish(outputs: ReadonlyMap<string, Tensor>): Graph {
    const needed = new Set<number>(this.#inputs.map((port) => port.id));
    const visit = [...outputs.values()].map((tensor) => tensor.id);
    while (visit.length > 0) {
      const id = visit.pop()!;
      if (needed.has(id) && this.#nodes[id]!.op.kind !== 'input') continue;
      needed.add(id);
      visit.push(...this.#nodes[id]!.inputs);
    }
    const kept = this.#nodes.filter((node) => needed.has(node.id));
    const renamed = new Map(kept.map((node, index) => [node.id, index]));
    return Object.freeze({
      nodes: Object.freeze(
        kept.map((node, index) =>
          Object.freeze({ ...node, id: index, inputs: Object.freeze(node.inputs.map((id) => renamed.get(id)!)) }),
        ),
      ),
      inputs: Object.freeze(this.#inputs.map((port) => Object.freeze({ ...port, id: renamed.get(port.id)! }))),
      outputs: Object.freeze([...outputs].map(([name, { id }]) => Object.freeze({ name, id: renamed.get(id)! }))),
    });
  }

  #share(op: Op, operands: readonly Tensor[], spec: TensorSpec): Tensor {
    const identity = `${JSON.stringify(op, showNonFinite)}|${operands.map((o) => o.id).join()}|${spec.shape.join()}|${spec.dtype}`;
    const known = this.#shared.get(identity);
    if (known !== undefined) return known;
    const tensor = this.#append(
      op,
      operands.map((operand) => operand.id),
      spec,
    );
    this.#shared.set(identity, tensor);
    return tensor;
  }

  #append(op: Op, inputs: readonly number[], spec: TensorSpec): Tensor {
    const id = this.#nodes.length;
    const shape = Object.freeze([...spec.shape]);
    const node: Node = { id, op: frozen(op), inputs: Object.freeze([...inputs]), shape, dtype: spec.dtype };
    this.#nodes.push(Object.freeze(this.#scopes.length === 0 ? node : { ...node, scope: this.scope }));
    return new Tensor(this, id, node.shape, spec.dtype);
  }
}

/** A copy that nobody can change: attributes are numbers, strings, booleans and lists of numbers. */
function frozen(op: Op): Op {
  const copy = Object.entries(op).map(([name, value]) => [
    name,
    Array.isArray(value) ? Object.freeze([...value]) : value,
  ]);
  return Object.freeze(Object.fromEntries(copy)) as Op;
}

/** JSON writes NaN and both infinities as null; the identity of a node must tell them apart. */
function showNonFinite(_key: string, value: unknown): unknown {
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
