import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import type { LayerRow } from '../layer.ts';
import { exponentialLinear } from './exponential-linear.ts';

export interface Elu {
  readonly layer: 'elu';
  readonly name?: string;
  readonly alpha: number;
}

/**
 * x above 0, alpha · (e^x − 1) at 0 and below. Any shape. `alpha` at least 0, default 1 (the paper's).
 *
 * Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2016.
 */
export function elu(options: { readonly alpha?: number } = {}): Elu {
  checkOptionNames('elu', options, ['alpha']);
  return frozen({ layer: 'elu', alpha: checkNumber('elu', 'alpha', options.alpha ?? 1, { min: 0 }) });
}

export const eluRow: LayerRow<Elu> = {
  label: 'elu',
  read: (options) => elu(options),
  apply: ({ alpha }, _scope, x) => exponentialLinear(x, alpha, 1),
};
