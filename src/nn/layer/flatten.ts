import { frozen } from '../../base/frozen.ts';
import { size } from '../../base/shape.ts';
import { reshape } from '../../graph/form.ts';
import type { LayerRow } from '../layer.ts';

export interface Flatten {
  readonly layer: 'flatten';
  readonly name?: string;
}

/**
 * Each example as one row: x [N, a, b, …] → [N, a · b · …], row-major. Needed between images and `dense`.
 *
 * @example sequential(flatten(), dense(10))
 */
export function flatten(): Flatten {
  return frozen({ layer: 'flatten' });
}

export const flattenRow: LayerRow<Flatten> = {
  options: {},
  label: 'flatten',
  read: flatten,
  apply: (_, scope, x) => {
    if (x.rank < 1) scope.refuse('its input is a scalar', 'It takes [batch, …].');
    return reshape(x, [x.shape[0]!, size(x.shape.slice(1))]);
  },
};
