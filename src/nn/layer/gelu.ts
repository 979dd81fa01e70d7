import { frozen } from '../../base/frozen.ts';
import { add, erf, mul } from '../../graph/elementwise.ts';
import type { LayerRow } from '../layer.ts';

export interface Gelu {
  readonly layer: 'gelu';
  readonly name?: string;
}

/** x · Φ(x) = x/2 · (1 + erf(x/√2)), exactly. Any shape. Hendrycks, Gimpel, "Gaussian error linear units", 2016. */
export function gelu(): Gelu {
  return frozen({ layer: 'gelu' });
}

export const geluRow: LayerRow<Gelu> = {
  options: {},
  label: 'gelu',
  read: gelu,
  apply: (_layer, _scope, x) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)),
};
