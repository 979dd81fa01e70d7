import { frozen } from '../../base/frozen.ts';
import { checkOptionNames } from '../../base/options.ts';
import { relu as rectify } from '../../graph/elementwise.ts';
import type { LayerRow } from '../layer.ts';

export interface Relu {
  readonly layer: 'relu';
  readonly name?: string;
}

/** max(x, 0), with derivative 0 at 0. Any shape. Glorot, Bordes, Bengio, "Deep sparse rectifier neural networks", 2011. */
export function relu(): Relu {
  return frozen({ layer: 'relu' });
}

export const reluRow: LayerRow<Relu> = {
  label: 'relu',
  read: (options) => {
    checkOptionNames('relu', options, []);
    return relu();
  },
  apply: (_layer, _scope, x) => rectify(x),
};
