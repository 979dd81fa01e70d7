import { frozen } from '../../base/frozen.ts';
import type { LayerRow } from '../layer.ts';
import { exponentialLinear } from './exponential-linear.ts';

// Section 1 of the paper, to double precision.
const ALPHA = 1.6732632423543772;
const SCALE = 1.0507009873554805;

export interface Selu {
  readonly layer: 'selu';
  readonly name?: string;
}

/** λ x above 0, λ α (e^x − 1) below, with α and λ that pull activations towards mean 0 and variance 1. Any shape. Start its weights with `lecunNormal()`. Klambauer, Unterthiner, Mayr, Hochreiter, "Self-normalizing neural networks", 2017. */
export function selu(): Selu {
  return frozen({ layer: 'selu' });
}

export const seluRow: LayerRow<Selu> = {
  options: {},
  label: 'selu',
  read: selu,
  apply: (_layer, _scope, x) => exponentialLinear(x, SCALE * ALPHA, SCALE),
};
