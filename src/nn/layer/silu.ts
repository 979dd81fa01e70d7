import { frozen } from '../../base/frozen.ts';
import { mul, sigmoid } from '../../graph/elementwise.ts';
import type { LayerRow } from '../layer.ts';

export interface Silu {
  readonly layer: 'silu';
  readonly name?: string;
}

/** x · sigmoid(x). Any shape. Elfwing, Uchibe, Doya, "Sigmoid-weighted linear units", 2018. */
export function silu(): Silu {
  return frozen({ layer: 'silu' });
}

export const siluRow: LayerRow<Silu> = {
  options: {},
  label: 'silu',
  read: silu,
  apply: (_layer, _scope, x) => mul(x, sigmoid(x)),
};
