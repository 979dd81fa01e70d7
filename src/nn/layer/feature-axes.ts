/** The axes of each example that a normalization is over. */

import { list, number } from '../../base/option-spec.ts';
import { normalizeAxis, type Shape, showShape } from '../../base/shape.ts';
import { reshape } from '../../graph/form.ts';
import type { Tensor } from '../../graph/tensor.ts';
import type { Scope } from '../layer.ts';

/** As a description holds them: integers, at least one. */
export const featureAxesSpec = list(number({ integer: true }), 'a list of axes, such as [-1]');

export interface FeatureAxes {
  /** Ascending, counted from the first. */
  readonly axes: readonly number[];
  /** Their dimensions: the shape of the layer's parameters. */
  readonly shape: Shape;
  /** A parameter in a form that broadcasts along the other axes. */
  along(parameter: Tensor): Tensor;
}

/** The axes in an input; refuses that of the batch, those that it lacks, and those that are named twice. */
export function featureAxes(scope: Scope, x: Tensor, asked: readonly number[]): FeatureAxes {
  const axes = asked.map((axis) => normalizeAxis(axis, x.rank)).sort((a, b) => a! - b!) as number[];
  if (axes.some((axis, i) => axis === undefined || axis === 0 || axis === axes[i - 1])) {
    scope.refuse(
      `axes ${showShape(asked)} of an input of shape ${showShape(x.shape)}`,
      `Give different axes from 1 to ${x.rank - 1}, or from the end.`,
    );
  }
  const wide = x.shape.map((d, axis) => (axes.includes(axis) ? d : 1));
  return { axes, shape: axes.map((axis) => x.shape[axis]!), along: (parameter) => reshape(parameter, wide) };
}
