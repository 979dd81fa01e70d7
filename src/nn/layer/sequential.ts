import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { checkOptionNames } from '../../base/options.ts';
import type { Layer, LayerRow } from '../layer.ts';

/** Description of layers that are applied one after the other. */
export interface Sequential {
  readonly layer: 'sequential';
  readonly name?: string;
  readonly layers: readonly Layer[];
}

/**
 * Layers one after the other, each on the output of the one before. At least one.
 *
 * Nested, it adds no level to the names of parameters, unless it is given a name with `named`.
 *
 * @example sequential(conv2d({ channels: 32, kernel: 3 }), relu(), maxPool2d(2), flatten(), dense(10))
 */
export function sequential(...layers: readonly Layer[]): Sequential {
  layers.forEach((layer, index) => {
    if (typeof layer === 'object' && layer !== null && typeof layer.layer === 'string') return;
    const called = typeof layer === 'function';
    throw new OptionError('option/layer', `argument ${index + 1} is ${called ? 'a function' : JSON.stringify(layer)}`, {
      place: 'sequential',
      mend: called ? 'Call the builder: relu(), not relu.' : 'Give layers, such as dense(10).',
    });
  });
  if (layers.length === 0) {
    throw new OptionError('option/layer', 'there is no layer', { place: 'sequential', mend: 'Give at least one.' });
  }
  return frozen({ layer: 'sequential', layers: [...layers] });
}

export const sequentialRow: LayerRow<Sequential> = {
  label: 'sequential',
  transparent: true,
  read: ({ layers, ...rest }, inner) => {
    checkOptionNames('sequential', rest, []);
    if (!Array.isArray(layers)) {
      throw new OptionError('option/layer', `layers is ${JSON.stringify(layers)}`, {
        place: 'sequential',
        mend: 'Give an array of layers.',
      });
    }
    return sequential(...layers.map(inner));
  },
  apply: ({ layers }, scope, x) =>
    layers.reduce((signal, layer, i) => scope.apply(withoutBias(layer, layers[i + 1]), signal), x),
};

/** A bias just before batch normalization is taken away by its mean: such a layer has none. */
function withoutBias(layer: Layer, following: Layer | undefined): Layer {
  const superfluous = following?.layer === 'batchNorm' && 'bias' in layer && layer.bias === true;
  return superfluous ? ({ ...layer, bias: false } as Layer) : layer;
}
