import { frozen } from '../../base/frozen.ts';
import { checkOptionNames } from '../../base/options.ts';
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
  label: 'gelu',
  read: (options) => {
    checkOptionNames('gelu', options, []);
    return gelu();
  },
  apply: (_layer, _scope, x) => mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1)),
};
