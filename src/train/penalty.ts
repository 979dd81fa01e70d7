/** Penalties on large parameters, as terms of the loss: unlike weight decay they pass through clipping and moments. */

import { frozen } from '../base/frozen.ts';
import { list, nested, number, optional } from '../base/option-spec.ts';
import { abs, add, mul, square } from '../graph/elementwise.ts';
import { sum } from '../graph/reduction.ts';
import type { Tensor } from '../graph/tensor.ts';
import type { ParameterSpec } from '../nn/parameter.ts';
import { matched, matchSpec, type ParameterMatch } from './parameter-groups.ts';

/** λ₁Σ|w| + ½λ₂Σw² over some parameters, added to the loss. */
export interface Penalty {
  readonly match: ParameterMatch;
  /** λ₁ ≥ 0, which drives weights to zero. Default 0. */
  readonly l1?: number;
  /** λ₂ ≥ 0; its gradient is λ₂w, as that of `weightDecay` of kind `l2`. Default 0. */
  readonly l2?: number;
}

const penalty = nested({
  match: matchSpec,
  l1: optional(number({ min: 0 })),
  l2: optional(number({ min: 0 })),
});

/** An option that is a list of penalties. */
export const penaltiesSpec = list(penalty, 'a list such as [{ "match": "*weight", "l1": 0.0001 }]', { least: 0 });

/** Penalties from plain data, with their checks. */
export function readPenalties(value: unknown): readonly Penalty[] {
  return frozen(penaltiesSpec.read('', 'penalties', value));
}

/** The terms, as scalars of the trace that the parameters' tensors belong to. */
export function penaltiesOf(
  penalties: readonly Penalty[],
  parameters: readonly ParameterSpec[],
  tensors: ReadonlyMap<string, Tensor>,
): Tensor[] {
  return penalties.flatMap(({ match, l1 = 0, l2 = 0 }, i) =>
    matched(match, parameters, `penalties[${i}]`).flatMap(({ name }) => {
      const w = tensors.get(name)!;
      const terms = [...(l1 > 0 ? [mul(l1, sum(abs(w)))] : []), ...(l2 > 0 ? [mul(l2 / 2, sum(square(w)))] : [])];
      return terms.length === 2 ? [add(terms[0]!, terms[1]!)] : terms;
    }),
  );
}
