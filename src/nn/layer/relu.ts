import { frozen } from '../../base/frozen.ts';
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
  options: {},
  label: 'relu',
  read: relu,
  apply: (_layer, _scope, x) => rectify(x),
};
