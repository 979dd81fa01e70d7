import { frozen } from '../../base/frozen.ts';
import { softplus as smoothRamp } from '../../graph/elementwise.ts';
import type { LayerRow } from '../layer.ts';

export interface Softplus {
  readonly layer: 'softplus';
  readonly name?: string;
}

/** log(1 + e^x). Any shape. Dugas, Bengio, Bélisle, Nadeau, Garcia, 2001. */
export function softplus(): Softplus {
  return frozen({ layer: 'softplus' });
}

export const softplusRow: LayerRow<Softplus> = {
  options: {},
  label: 'softplus',
  read: softplus,
  apply: (_layer, _scope, x) => smoothRamp(x),
};
