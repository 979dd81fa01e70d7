import { frozen } from '../../base/frozen.ts';
import type { InitializerRow } from './initializer.ts';

export interface Zeros {
  readonly initializer: 'zeros';
}

/** All elements 0. For biases; weights of hidden units must be random, or units with the same inputs stay equal. */
export function zeros(): Zeros {
  return frozen({ initializer: 'zeros' });
}

export const zerosRow: InitializerRow<Zeros> = {
  options: {},
  usesFan: false,
  read: zeros,
  fill: (_, values) => {
    values.fill(0);
  },
};
