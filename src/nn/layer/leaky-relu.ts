import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { greater, mul, where } from '../../graph/elementwise.ts';
import type { LayerRow } from '../layer.ts';

export interface LeakyRelu {
  readonly layer: 'leakyRelu';
  readonly name?: string;
  readonly slope: number;
}

const leakyReluOptions = {
  slope: withDefault(number(), 0.01),
} satisfies OptionSpecs;

/**
 * x above 0, slope · x at 0 and below. Any shape. `slope` any number, default 0.01 (the paper's, and PyTorch's).
 *
 * Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.
 */
export function leakyRelu(options: { readonly slope?: number } = {}): LeakyRelu {
  return frozen({ layer: 'leakyRelu', ...readOptions('leakyRelu', leakyReluOptions, options) });
}

export const leakyReluRow: LayerRow<LeakyRelu> = {
  options: leakyReluOptions,
  label: 'leakyRelu',
  read: (options) => leakyRelu(options),
  apply: ({ slope }, _scope, x) => where(greater(x, 0), x, mul(x, slope)),
};
