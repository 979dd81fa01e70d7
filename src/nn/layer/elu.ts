import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import type { LayerRow } from '../layer.ts';
import { exponentialLinear } from './exponential-linear.ts';

export interface Elu {
  readonly layer: 'elu';
  readonly name?: string;
  readonly alpha: number;
}

const eluOptions = {
  alpha: withDefault(number({ min: 0 }), 1),
} satisfies OptionSpecs;

/**
 * x above 0, alpha · (e^x − 1) at 0 and below. Any shape. `alpha` at least 0, default 1 (the paper's).
 *
 * Clevert, Unterthiner, Hochreiter, "Fast and accurate deep network learning by exponential linear units", 2016.
 */
export function elu(options: { readonly alpha?: number } = {}): Elu {
  return frozen({ layer: 'elu', ...readOptions('elu', eluOptions, options) });
}

export const eluRow: LayerRow<Elu> = {
  options: eluOptions,
  label: 'elu',
  read: (options) => elu(options),
  apply: ({ alpha }, _scope, x) => exponentialLinear(x, alpha, 1),
};
