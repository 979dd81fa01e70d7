import { frozen } from '../../base/frozen.ts';
import { sigmoid as logistic } from '../../graph/elementwise.ts';
import type { LayerRow } from '../layer.ts';

export interface Sigmoid {
  readonly layer: 'sigmoid';
  readonly name?: string;
}

/** 1 / (1 + e^−x). Any shape. Not before a loss that takes logits. */
export function sigmoid(): Sigmoid {
  return frozen({ layer: 'sigmoid' });
}

export const sigmoidRow: LayerRow<Sigmoid> = {
  options: {},
  label: 'sigmoid',
  read: sigmoid,
  apply: (_layer, _scope, x) => logistic(x),
};
