import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import { normalizeAxis, showShape } from '../../base/shape.ts';
import { softmax as normalizedExponential } from '../../graph/softmax.ts';
import type { LayerRow } from '../layer.ts';

export interface Softmax {
  readonly layer: 'softmax';
  readonly name?: string;
  readonly axis: number;
}

/**
 * e^x / Σ e^x along `axis` (default −1, the last). Any shape. Not before `softmaxCrossEntropy`, which takes logits.
 *
 * @example softmax({ axis: 1 })  // over the channels of an image
 */
export function softmax(options: { readonly axis?: number } = {}): Softmax {
  checkOptionNames('softmax', options, ['axis']);
  return frozen({ layer: 'softmax', axis: checkNumber('softmax', 'axis', options.axis ?? -1, { integer: true }) });
}

export const softmaxRow: LayerRow<Softmax> = {
  label: 'softmax',
  read: (options) => softmax(options),
  apply: ({ axis }, scope, x) => {
    const positive = normalizeAxis(axis, x.rank);
    if (positive === undefined) {
      scope.refuse(`axis ${axis} is out of range for ${showShape(x.shape)}`, `Give one below ${x.rank}.`);
    }
    return normalizedExponential(x, positive);
  },
};
