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
  // As √½ · u (1 + erf u) with u = √½ x: both factors stand where a matrix product beside the layer takes them in.
  apply(_layer, _scope, x) {
    const u = mul(x, Math.SQRT1_2);
    return mul(mul(u, add(erf(u), 1)), Math.SQRT1_2);
  },
};
