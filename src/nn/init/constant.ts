import { frozen } from '../../base/frozen.ts';
import { number, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import type { InitializerRow } from './initializer.ts';

export interface Constant {
  readonly initializer: 'constant';
  readonly value: number;
}

const constantOptions = {
  value: number(),
} satisfies OptionSpecs;

/**
 * All elements `value`.
 *
 * For biases: `constant(0.1)` lets ReLU units start active for most inputs, `constant(1)` lets gates start open.
 * Goodfellow, Bengio, Courville, "Deep Learning", section 8.4.
 */
export function constant(value: number): Constant {
  return frozen({ initializer: 'constant', ...readOptions('constant', constantOptions, {}, { value }) });
}

export const constantRow: InitializerRow<Constant> = {
  options: constantOptions,
  usesFan: false,
  read: ({ value }) => constant(value as number),
  fill: ({ value }, values) => {
    values.fill(value);
  },
};
