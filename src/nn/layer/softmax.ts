import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions, withDefault } from '../../base/option-spec.ts';
import { normalizeAxis, showShape } from '../../base/shape.ts';
import { softmax as normalizedExponential } from '../../graph/softmax.ts';
import type { LayerRow } from '../layer.ts';

export interface Softmax {
  readonly layer: 'softmax';
  readonly name?: string;
  readonly axis: number;
}

const softmaxOptions = {
  axis: withDefault(number({ integer: true }), -1),
} satisfies OptionSpecs;

/**
 * e^x / Σ e^x along `axis` (default −1, the last). Any shape. Not before `softmaxCrossEntropy`, which takes logits.
 *
 * @example softmax({ axis: 1 })  // over the channels of an image
 */
export function softmax(options: { readonly axis?: number } = {}): Softmax {
  return frozen({ layer: 'softmax', ...readOptions('softmax', softmaxOptions, options) });
}

export const softmaxRow: LayerRow<Softmax> = {
  options: softmaxOptions,
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
