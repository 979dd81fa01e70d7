import { frozen } from '../../base/frozen.ts';
import { tanh as hyperbolicTangent } from '../../graph/elementwise.ts';
import type { LayerRow } from '../layer.ts';

export interface Tanh {
  readonly layer: 'tanh';
  readonly name?: string;
}

/** The hyperbolic tangent. Any shape. Start its weights with `xavierNormal()` or `xavierUniform()`. */
export function tanh(): Tanh {
  return frozen({ layer: 'tanh' });
}

export const tanhRow: LayerRow<Tanh> = {
  options: {},
  label: 'tanh',
  read: tanh,
  apply: (_layer, _scope, x) => hyperbolicTangent(x),
};
