import { frozen } from '../../base/frozen.ts';
import { list, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import type { Layer, LayerRow } from '../layer.ts';
import { layerSpec, readEach } from './layer-spec.ts';

/** Description of layers that are applied one after the other. */
export interface Sequential {
  readonly layer: 'sequential';
  readonly name?: string;
  readonly layers: readonly Layer[];
}

const sequentialOptions = {
  layers: list(layerSpec, 'layers, such as [{ "layer": "dense", "units": 10 }]'),
} satisfies OptionSpecs;

/**
 * Layers one after the other, each on the output of the one before. At least one.
 *
 * Nested, it adds no level to the names of parameters, unless it is given a name with `named`.
 *
 * @example sequential(conv2d({ channels: 32, kernel: 3 }), relu(), maxPool2d(2), flatten(), dense(10))
 */
export function sequential(...layers: readonly Layer[]): Sequential {
  return inOrder(layers);
}

function inOrder(layers: readonly Layer[]): Sequential {
  return frozen({ layer: 'sequential', ...readOptions('sequential', sequentialOptions, {}, { layers }) });
}

export const sequentialRow: LayerRow<Sequential> = {
  options: sequentialOptions,
  label: 'sequential',
  transparent: true,
  read: ({ layers }, inner) => inOrder(readEach(layers, 'layers', inner)),
  apply: ({ layers }, scope, x) =>
    layers.reduce((signal, layer, i) => scope.apply(withoutBias(layer, layers[i + 1]), signal), x),
};

/** A bias just before batch normalization is taken away by its mean: such a layer has none. */
function withoutBias(layer: Layer, following: Layer | undefined): Layer {
  const superfluous = following?.layer === 'batchNorm' && 'bias' in layer && layer.bias === true;
  return superfluous ? ({ ...layer, bias: false } as Layer) : layer;
}
