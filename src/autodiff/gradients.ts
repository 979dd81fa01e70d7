/** One reverse sweep over the nodes between some tensors and a scalar. */

import { GraphError } from '../base/errors.ts';
import { fill } from '../graph/leaf.ts';
import { showSpec } from '../graph/shape-error.ts';
import type { Tensor } from '../graph/tensor.ts';
import { total } from '../graph/total.ts';
import { pullback } from './vjp.ts';

/**
 * ∂output/∂t for each tensor t of `of`, as new nodes of the same graph; zeros where t does not influence the output.
 * They can be differentiated again.
 *
 * @param output a scalar, float32[].
 * @param of inputs of the graph, aliases, or other tensors that the output is computed from.
 * @throws GraphError where the output is no scalar, or one of `of` is no float32 or a constant.
 */
export function gradients(output: Tensor, of: readonly Tensor[]): Tensor[] {
  checkOutput(output);
  for (const target of of) checkTarget(output, target);
  const { builder } = output;
  const targets = new Set(of.map(({ id }) => id));
  const path = between(output, targets);

  const incoming = new Map<number, Tensor[]>([[output.id, [fill(builder, [], 1)]]]);
  const found = new Map<number, Tensor>();
  for (const id of [...path].sort((a, b) => b - a)) {
    const parts = incoming.get(id);
    if (parts === undefined) continue;
    const { op, inputs, scope } = builder.node(id);
    builder.at(scope === undefined ? 'gradient' : `${scope}/gradient`, () => {
      const g = total(parts);
      if (targets.has(id)) found.set(id, g);
      const context = { op, operands: inputs.map((input) => builder.tensor(input)), y: builder.tensor(id), g };
      inputs.forEach((input, index) => {
        const pull = path.has(input) ? pullback(op.kind, index) : undefined;
        if (pull === undefined) return;
        const part = pull(context);
        const known = incoming.get(input);
        if (known === undefined) incoming.set(input, [part]);
        else known.push(part);
      });
    });
    incoming.delete(id);
  }
  return of.map((target) => found.get(target.id) ?? fill(builder, target.shape, 0));
}

/** Ids of the nodes through which a gradient travels from the output to a target. */
function between(output: Tensor, targets: ReadonlySet<number>): ReadonlySet<number> {
  const { builder } = output;
  const ancestors = new Set<number>();
  const visit = [output.id];
  while (visit.length > 0) {
    const id = visit.pop()!;
    if (ancestors.has(id)) continue;
    ancestors.add(id);
    visit.push(...builder.node(id).inputs);
  }
  const path = new Set<number>();
  for (const id of [...ancestors].sort((a, b) => a - b)) {
    const { op, inputs } = builder.node(id);
    const reached = inputs.some((input, index) => path.has(input) && pullback(op.kind, index) !== undefined);
    if (targets.has(id) || reached) path.add(id);
  }
  return path;
}

function checkOutput(output: Tensor): void {
  if (output.rank !== 0 || output.dtype !== 'float32') {
    throw new GraphError('gradient/output', `a gradient is taken of a scalar float32[], not of ${showSpec(output)}`, {
      mend: 'Reduce the output first, with sum or mean.',
    });
  }
}

function checkTarget(output: Tensor, target: Tensor): void {
  if (target.builder !== output.builder) {
    throw new GraphError('graph/foreign-tensor', 'gradients: a tensor belongs to another trace than the output', {
      mend: 'Take output and tensors from one traced function.',
    });
  }
  const refuse = (problem: string, mend: string): never => {
    throw new GraphError('gradient/of', `gradients: ${problem}`, { mend });
  };
  const { op } = target.builder.node(target.id);
  if (target.dtype !== 'float32') {
    refuse(`${showSpec(target)} has no gradient: only float32 tensors do`, "Convert with cast(x, 'float32') first.");
  }
  if (op.kind === 'fill' || op.kind === 'literal' || op.kind === 'iota') {
    refuse(`a constant (${op.kind}) has no gradient`, 'Make it an input of the graph, or use grad(f).');
  }
  if (target.builder.isBypassed(target.id)) {
    refuse(
      `this ${op.kind} was simplified away by something that was built on it`,
      'Build on alias(x) and take the gradient at that, or use grad(f).',
    );
  }
}
