import { frozen } from '../../base/frozen.ts';
import { checkNumber, checkOptionNames } from '../../base/options.ts';
import type { InitializerRow } from './initializer.ts';

export interface Constant {
  readonly initializer: 'constant';
  readonly value: number;
}

/**
 * All elements `value`.
 *
 * For biases: `constant(0.1)` lets ReLU units start active for most inputs, `constant(1)` lets gates start open.
 * Goodfellow, Bengio, Courville, "Deep Learning", section 8.4.
 */
export function constant(value: number): Constant {
  return frozen({ initializer: 'constant', value: checkNumber('constant', 'value', value) });
}

export const constantRow: InitializerRow<Constant> = {
  usesFan: false,
  read: ({ value, ...rest }) => {
    checkOptionNames('constant', rest, []);
    return constant(value as number);
  },
  fill: ({ value }, values) => {
    values.fill(value);
  },
};
