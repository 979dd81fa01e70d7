import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { greater, mul, where } from '../../graph/elementwise.ts';
import type { LayerRow } from '../layer.ts';

export interface LeakyRelu {
  readonly layer: 'leakyRelu';
  readonly name?: string;
  readonly slope: number;
}

/**
 * x above 0, slope · x at 0 and below. Any shape. `slope` any number, default 0.01 (the paper's, and PyTorch's).
 *
 * Maas, Hannun, Ng, "Rectifier nonlinearities improve neural network acoustic models", 2013.
 */
export function leakyRelu(options: { readonly slope?: number } = {}): LeakyRelu {
  checkOptionNames('leakyRelu', options, ['slope']);
  return frozen({ layer: 'leakyRelu', slope: checkNumber('leakyRelu', 'slope', options.slope ?? 0.01) });
}

export const leakyReluRow: LayerRow<LeakyRelu> = {
  label: 'leakyRelu',
  read: (options) => leakyRelu(options),
  apply: ({ slope }, _scope, x) => where(greater(x, 0), x, mul(x, slope)),
};
