/** The softmax and its logarithm, without overflow. */

import { axisOf } from './axis.ts';
import { emit } from './emit.ts';
import type { Tensor } from './tensor.ts';

/** exp(x) / Σ exp(x) along the axis. */
export function softmax(x: Tensor, axis = -1): Tensor {
  return emit({ kind: 'softmax', axis: axisOf('softmax', x, axis) }, [x]);
}

/** x − log Σ exp(x) along the axis. */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return emit({ kind: 'logSoftmax', axis: axisOf('logSoftmax', x, axis) }, [x]);
}
