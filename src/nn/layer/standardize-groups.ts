/** What group and instance normalization compute alike: groups of channels of each example, to mean 0 and variance 1. */

import { showShape, size } from '../../base/shape.ts';
import { add, mul, reciprocal, sqrt, square } from '../../graph/elementwise.ts';
import { reshape } from '../../graph/form.ts';
import { mean, sum } from '../../graph/reduction.ts';
import type { Tensor } from '../../graph/tensor.ts';
import { constant } from '../init/constant.ts';
import { zeros } from '../init/zeros.ts';
import type { Scope } from '../layer.ts';

export interface GroupStatistics {
  /** Divides the channels. */
  readonly groups: number;
  readonly epsilon: number;
  readonly scale: boolean;
  readonly shift: boolean;
}

/** γ (x − μ)/√(σ² + ε) + β for x [N, channels, …], the statistics over each group, γ and β for each channel. */
export function standardizeGroups(scope: Scope, x: Tensor, { groups, epsilon, scale, shift }: GroupStatistics): Tensor {
  const [batch, channels, ...rest] = x.shape as [number, number, ...number[]];
  const values = (channels / groups) * size(rest);
  if (values < 2) {
    scope.refuse(
      `its input ${showShape(x.shape)} has one value for each of ${groups} groups, whose variance is 0`,
      'Give fewer groups, or images of more than one pixel.',
    );
  }
  const ones = rest.map(() => 1);
  const rows = reshape(x, [batch, groups, values]);
  // Adding −μ instead of subtracting μ: its gradient then changes sign after it is summed, one pass less.
  const centred = add(rows, mul(sum(rows, 2, { keepDims: true }), -1 / values));
  const inverse = reciprocal(sqrt(add(mean(square(centred), 2, { keepDims: true }), epsilon)));
  if (!scale && !shift) return reshape(mul(centred, inverse), x.shape);
  // γ joins the root while that is a number for each channel and not for each pixel.
  const factor = scale
    ? reshape(
        mul(inverse, reshape(scope.parameter('scale', [channels], constant(1)), [1, groups, channels / groups])),
        [batch, channels, ...ones],
      )
    : undefined;
  const y = factor === undefined ? reshape(mul(centred, inverse), x.shape) : mul(reshape(centred, x.shape), factor);
  return shift ? add(y, reshape(scope.parameter('shift', [channels], zeros()), [1, channels, ...ones])) : y;
}
