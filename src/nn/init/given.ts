import { OptionError } from '../../base/errors.ts';
import { frozen } from '../../base/frozen.ts';
import { list, number, type OptionSpecs, readOptions } from '../../base/option-spec.ts';
import { showShape } from '../../base/shape.ts';
import type { InitializerRow } from './initializer.ts';

export interface Given {
  readonly initializer: 'given';
  readonly values: readonly number[];
}

const givenOptions = {
  values: list(number(), 'an array of numbers', { least: 0 }),
} satisfies OptionSpecs;

/**
 * The elements themselves, in row-major order; as many as the parameter has.
 *
 * For output biases that start at the statistics of the labels, see `labelStatistics`, which finds them in the training
 * set, and `bestConstant`. Learned parameters of any size are
 * better loaded from a file than written into a description.
 *
 * @example dense(3, { biasInitializer: given([-0.5, 0, 0.5]) })
 */
export function given(values: readonly number[]): Given {
  return frozen({ initializer: 'given', ...readOptions('given', givenOptions, {}, { values }) });
}

export const givenRow: InitializerRow<Given> = {
  options: givenOptions,
  usesFan: false,
  read: ({ values }) => given(values as readonly number[]),
  fill: (initializer, values, shape) => {
    if (initializer.values.length !== values.length) {
      throw new OptionError(
        'option/length',
        `${initializer.values.length} values were given for a parameter of shape ${showShape(shape)}`,
        { place: 'given', mend: `Give ${values.length}.` },
      );
    }
    values.set(initializer.values);
  },
};
