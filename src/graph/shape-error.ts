/** The one way in which `graph` says that tensors do not fit: operator, problem, operands, layer, call site, mend. */

import { ShapeError } from '../base/errors.ts';
import { callSite } from './call-site.ts';
import type { TensorSpec } from './graph.ts';

/** `float32[64, 1, 28, 28]`, as print and errors write it. */
export function showSpec(spec: TensorSpec): string {
  return `${spec.dtype}[${spec.shape.join(', ')}]`;
}

export interface ShapeProblem {
  /** The operator or function, as the user calls it. */
  readonly name: string;
  /** What does not fit, with the offending numbers. */
  readonly problem: string;
  readonly operands: readonly TensorSpec[];
  /** Path of the layer that is speaking, `''` outside of all. */
  readonly scope: string;
  readonly mend?: string;
}

export function shapeError({ name, problem, operands, scope, mend }: ShapeProblem): ShapeError {
  const list = operands.length === 0 ? '' : `: ${name}(${operands.map(showSpec).join(', ')})`;
  const site = callSite();
  const place = [scope === '' ? undefined : `layer "${scope}"`, site === undefined ? undefined : `called at ${site}`]
    .filter((part) => part !== undefined)
    .join(', ');
  return new ShapeError(`shape/${name}`, `${name}: ${problem}${list}`, {
    ...(place === '' ? {} : { place }),
    ...(mend === undefined ? {} : { mend }),
  });
}
